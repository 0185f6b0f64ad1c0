package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.ControlPlane;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes Pods as a ReplicaSet asks and calls them available at once, but for images that a test declared broken. */
final class ReplicaSetSimulator implements Reconciler {
    private final ControlPlane plane;
    private final Set<String> brokenImages = ConcurrentHashMap.newKeySet();
    private final WorkQueue queue;

    ReplicaSetSimulator(ControlPlane plane) {
        this.plane = plane;
        this.queue = plane.manager().register(this, 1);
        plane.informers()
                .create(ReplicaSetView.RESOURCE, StoredObject::revision, Map.of())
                .onChange((key, before, after) -> queue.add(key));
    }

    /** From now on Pods of this image do not become available. */
    void breakImage(String image) {
        brokenImages.add(image);
    }

    void repairImage(String image) {
        brokenImages.remove(image);
        plane.objects()
                .list(ReplicaSetView.RESOURCE, "")
                .forEach(set -> queue.add(ReplicaSetView.of(set).key()));
    }

    @Override
    public String name() {
        return "replicaset-simulator";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode object = plane.objects().get(key);
        List<ObjectNode> pods = podsOf(key);
        ReplicaSetView set = object == null ? null : ReplicaSetView.of(object);
        int wanted = set == null ? 0 : set.replicas();
        pods.stream().skip(wanted).forEach(this::delete);
        if (object == null || set == null) {
            return Result.DONE;
        }
        for (int i = pods.size(); i < wanted; i++) {
            create(set);
        }
        String image = image(object);
        int available = brokenImages.contains(image) ? 0 : wanted;
        plane.objects().modify(key, "status", fresh -> {
            if (fresh != null) {
                ObjectNode status = fresh.putObject("status");
                status.put("replicas", wanted).put("readyReplicas", available).put("availableReplicas", available);
                status.put(
                        "observedGeneration",
                        fresh.path("metadata").path("generation").asLong());
            }
            return fresh;
        });
        return Result.DONE;
    }

    static String image(ObjectNode replicaSet) {
        return replicaSet
                .path("spec")
                .path("template")
                .path("spec")
                .path("containers")
                .path(0)
                .path("image")
                .asString("");
    }

    private List<ObjectNode> podsOf(ObjectKey key) {
        return plane.objects().list("pods", key.namespace()).stream()
                .filter(pod -> {
                    OwnerReference owner = OwnerReference.managing(pod);
                    return owner != null && owner.name().equals(key.name());
                })
                .toList();
    }

    private void create(ReplicaSetView set) {
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("generateName", set.key().name() + "-")
                .put("namespace", set.key().namespace());
        metadata.set("labels", set.template().path("metadata").path("labels"));
        OwnerReference.controllerOf("apps/v1", "ReplicaSet", set.key().name(), set.uid())
                .addTo(pod);
        pod.set("spec", JsonMapper.shared().readTree(set.template().path("spec").toString()));
        plane.objects().create("pods", set.key().namespace(), pod);
    }

    private void delete(ObjectNode pod) {
        ObjectKey key = new ObjectKey(
                "pods", FieldPaths.text(pod, "metadata.namespace"), FieldPaths.text(pod, "metadata.name"));
        plane.objects().delete(key, new DeleteOptions(0L, "", "", ""), List.of());
    }
}
