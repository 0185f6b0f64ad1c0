package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes Pods for objects of one kind, with the Events and texts of {@code controller.RealPodControl}. */
final class PodControl {
    private static final String PODS = "pods";

    private final ObjectClient client;
    private final EventRecorder events;
    private final ReplicaKind kind;

    PodControl(ReplicaKind kind, ObjectClient client, EventRecorder events) {
        this.kind = kind;
        this.client = client;
        this.events = events;
    }

    /**
     * Creates one Pod from the template.
     *
     * @throws ApiException whatever the store says
     */
    ObjectKey create(ObjectKey owner, ObjectNode replicaSet) {
        try {
            ObjectNode pod = client.create(PODS, owner.namespace(), fromTemplate(replicaSet));
            String name = FieldPaths.text(pod, "metadata.name");
            events.event(owner, replicaSet, "Normal", "SuccessfulCreate", "Created pod: " + name, kind.component());
            return new ObjectKey(PODS, owner.namespace(), name);
        } catch (ApiException e) {
            if (!isNamespaceTerminating(e)) {
                events.event(
                        owner,
                        replicaSet,
                        "Warning",
                        "FailedCreate",
                        "Error creating: " + e.getMessage(),
                        kind.component());
            }
            throw e;
        }
    }

    void delete(ObjectKey owner, ObjectNode replicaSet, ReplicaPod pod) {
        try {
            client.delete(pod.key(), new DeleteOptions(null, "", pod.uid(), ""), List.of());
            events.event(
                    owner,
                    replicaSet,
                    "Normal",
                    "SuccessfulDelete",
                    "Deleted pod: " + pod.key().name(),
                    kind.component());
        } catch (ApiException e) {
            // Another Pod of that name: the one that was to go is gone.
            if (e.code() != 409 && e.code() != 404) {
                events.event(
                        owner,
                        replicaSet,
                        "Warning",
                        "FailedDelete",
                        "Error deleting: " + e.getMessage(),
                        kind.component());
                throw e;
            }
        }
    }

    /** Makes the ReplicaSet the Pod's controller, unless it has one by now. */
    void adopt(ObjectNode replicaSet, ReplicaPod pod) {
        client.modify(pod.key(), "", tree -> {
            if (tree == null || !isFree(tree, pod)) {
                return null;
            }
            ObjectNode metadata = (ObjectNode) tree.get("metadata");
            references(metadata).add(reference(replicaSet));
            return tree;
        });
    }

    /** Lets a Pod go whose labels no longer match. */
    void release(String ownerUid, ReplicaPod pod) {
        client.modify(pod.key(), "", tree -> {
            if (tree == null || !FieldPaths.text(tree, "metadata.uid").equals(pod.uid())) {
                return null;
            }
            ObjectNode metadata = (ObjectNode) tree.get("metadata");
            ArrayNode kept = JsonNodeFactory.instance.arrayNode();
            for (JsonNode reference : references(metadata)) {
                if (!FieldPaths.text(reference, "uid").equals(ownerUid)) {
                    kept.add(reference);
                }
            }
            metadata.set("ownerReferences", kept);
            if (kept.isEmpty()) {
                metadata.remove("ownerReferences");
            }
            return tree;
        });
    }

    /**
     * Runs tasks in batches of 1, 2, 4 …, all of a batch at once, and none of the next when one failed
     * ({@code slowStartBatch}): a template that the store refuses costs one write, not hundreds.
     *
     * @throws ApiException the first failure
     */
    static void slowStart(int count, Runnable task) {
        int done = 0;
        for (int batch = 1; done < count; batch *= 2) {
            int size = Math.min(batch, count - done);
            together(size, task);
            done += size;
        }
    }

    private static void together(int size, Runnable task) {
        if (size == 1) {
            task.run();
            return;
        }
        List<Callable<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            tasks.add(Executors.callable(task));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> result : threads.invokeAll(tasks)) {
                result.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.internal("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    static boolean isNamespaceTerminating(ApiException e) {
        ApiException.Details details = e.details();
        return details != null
                && details.causes().stream().anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
    }

    private static boolean isFree(ObjectNode tree, ReplicaPod pod) {
        return FieldPaths.text(tree, "metadata.uid").equals(pod.uid())
                && FieldPaths.text(tree, "metadata.deletionTimestamp").isEmpty()
                && ReplicaPod.controllerOf(tree.path("metadata")).isMissingNode();
    }

    private ObjectNode fromTemplate(ObjectNode replicaSet) {
        JsonNode template = replicaSet.path("spec").path("template");
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("generateName", FieldPaths.text(replicaSet, "metadata.name") + "-");
        for (String field : List.of("labels", "annotations", "finalizers")) {
            JsonNode value = template.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value.deepCopy());
            }
        }
        metadata.putArray("ownerReferences").add(reference(replicaSet));
        pod.set("spec", template.path("spec").deepCopy());
        return pod;
    }

    private ObjectNode reference(ObjectNode replicaSet) {
        ObjectNode reference = JsonNodeFactory.instance.objectNode();
        reference.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        reference.put("name", FieldPaths.text(replicaSet, "metadata.name"));
        reference.put("uid", FieldPaths.text(replicaSet, "metadata.uid"));
        return reference.put("controller", true).put("blockOwnerDeletion", true);
    }

    private static ArrayNode references(ObjectNode metadata) {
        return metadata.get("ownerReferences") instanceof ArrayNode references
                ? references
                : metadata.putArray("ownerReferences");
    }
}
