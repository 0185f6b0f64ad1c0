package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.Described;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.translator.Annotations;
import io.i2kit.translator.core.ResourceNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Joins Pods to machines, each once. The Pod is written first, by compare and set, then the machine's tags; what a crash leaves
 * between the two is completed from the Pod.
 */
final class MachineBinder {
    private static final Logger LOG = LoggerFactory.getLogger(MachineBinder.class);

    private final ObjectClient client;
    private final GroupProvider cloud;
    private final Described<GroupStatus> groups;
    private final Machines machines;
    private final PodEvents events;
    /** Machine to Pod uid, as bound by this process: its informer may not show it yet. */
    private final ConcurrentMap<String, String> bindings = new ConcurrentHashMap<>();

    MachineBinder(
            ObjectClient client,
            GroupProvider cloud,
            Described<GroupStatus> groups,
            Machines machines,
            PodEvents events) {
        this.client = client;
        this.cloud = cloud;
        this.groups = groups;
        this.machines = machines;
        this.events = events;
    }

    /**
     * Binds waiting Pods to free machines.
     *
     * @param replicaSet the owner, from whose template a Pod is made for a machine that has named itself; null for a bare Pod
     * @return machines that are still free
     */
    List<Instance> bind(GroupPass pass, @Nullable ObjectNode replicaSet) {
        bindings.keySet()
                .removeIf(id ->
                        pass.group().equals(groupOf(id)) && !pass.instances().containsKey(id));
        completeTags(pass);
        Deque<PodView> waiting = new ArrayDeque<>(pass.unbound());
        int placed = pass.placed();
        List<Instance> left = new ArrayList<>();
        for (Instance instance : free(pass)) {
            boolean used = placed < pass.replicas() && use(pass, placed, replicaSet, waiting, instance);
            if (used) {
                placed++;
            } else {
                left.add(instance);
            }
        }
        return left;
    }

    private boolean use(
            GroupPass pass, int placed, @Nullable ObjectNode replicaSet, Deque<PodView> waiting, Instance instance) {
        String ownName = ownName(instance);
        if (replicaSet == null || ownName.isEmpty()) {
            return mayBeNamed(instance) && bindNext(pass, waiting, instance);
        }
        // Beside a lost Pod that still counts, the new one would be one too many, and the first to go as it is not
        // ready yet.
        return placed + pass.lost() < pass.replicas() && adopt(pass, replicaSet, instance, ownName);
    }

    private String groupOf(String instance) {
        Machines.Known known = machines.instance(instance);
        return known == null ? "" : known.instance().group();
    }

    /** Alive, without a Pod; oldest first. */
    private List<Instance> free(GroupPass pass) {
        Set<String> taken = new HashSet<>(bindings.keySet());
        pass.bound().forEach(pod -> taken.add(pod.instance()));
        return pass.instances().values().stream()
                .filter(GroupPass::isAlive)
                .filter(instance ->
                        !taken.contains(instance.id()) && !instance.tags().containsKey(Instance.POD_UID_TAG))
                .sorted(Comparator.comparing(Instance::launchedAt).thenComparing(Instance::id))
                .toList();
    }

    /** The name that a machine took because it heard none in time; empty when it has none or was told one. */
    private String ownName(Instance instance) {
        GuestStatus guest = machines.guest(instance.id());
        return guest == null || instance.tags().containsKey(Instance.POD_TAG) ? "" : guest.podName();
    }

    /** A machine that answers but has not been listened to yet may have named itself: first hear it. */
    private boolean mayBeNamed(Instance instance) {
        return instance.state() == Instance.State.PENDING
                || machines.guest(instance.id()) != null
                || instance.agent() == null;
    }

    private boolean bindNext(GroupPass pass, Deque<PodView> waiting, Instance instance) {
        PodView pod = waiting.poll();
        while (pod != null) {
            if (bind(pass, pod.key(), pod.uid(), instance)) {
                return true;
            }
            pod = waiting.poll();
        }
        return false;
    }

    /** False when the Pod is gone, going or bound. */
    private boolean bind(GroupPass pass, ObjectKey key, String uid, Instance instance) {
        String node = ResourceNames.node(instance.zone(), instance.machineType());
        ObjectNode stored = client.modify(key, "binding", tree -> {
            boolean free = tree != null
                    && FieldPaths.text(tree, "metadata.uid").equals(uid)
                    && FieldPaths.text(tree, "metadata.deletionTimestamp").isEmpty()
                    && annotation(tree, Annotations.INSTANCE_ID).isEmpty();
            if (!free) {
                return null;
            }
            ObjectNode metadata = (ObjectNode) tree.get("metadata");
            annotate(metadata, pass, instance);
            ((ObjectNode) tree.get("spec")).put("nodeName", node);
            return tree;
        });
        if (stored == null || !annotation(stored, Annotations.INSTANCE_ID).equals(instance.id())) {
            return false;
        }
        bindings.put(instance.id(), uid);
        events.scheduled(key, stored, node);
        tag(pass, instance, key, uid);
        return true;
    }

    /**
     * Makes a Pod for a machine that started while no server was there to name it. The ReplicaSet controller counts it like any
     * other; when there are too many, one that waits goes first.
     */
    private boolean adopt(GroupPass pass, ObjectNode replicaSet, Instance instance, String name) {
        ObjectKey key = new ObjectKey(PodView.PODS, pass.owner().namespace(), name);
        try {
            ObjectNode created = client.create(PodView.PODS, key.namespace(), pod(pass, replicaSet, instance, name));
            String uid = FieldPaths.text(created, "metadata.uid");
            bindings.put(instance.id(), uid);
            LOG.info("machine {} named itself {}; it is adopted", instance.id(), name);
            events.scheduled(key, created, ResourceNames.node(instance.zone(), instance.machineType()));
            tag(pass, instance, key, uid);
            return true;
        } catch (ApiException e) {
            ObjectNode present = e.reason().equals("AlreadyExists") ? client.get(key) : null;
            return present != null && bind(pass, key, FieldPaths.text(present, "metadata.uid"), instance);
        }
    }

    private ObjectNode pod(GroupPass pass, ObjectNode replicaSet, Instance instance, String name) {
        JsonNode template = replicaSet.path("spec").path("template");
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("name", name);
        for (String field : List.of("labels", "annotations", "finalizers")) {
            JsonNode value = template.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value.deepCopy());
            }
        }
        annotate(metadata, pass, instance);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "apps/v1")
                .put("kind", "ReplicaSet")
                .put("name", pass.owner().name())
                .put("uid", pass.ownerUid())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        pod.set("spec", template.path("spec").deepCopy());
        ((ObjectNode) pod.get("spec")).put("nodeName", ResourceNames.node(instance.zone(), instance.machineType()));
        return pod;
    }

    /** Which machine it is and what it costs. A type or price that a copied manifest brought along is another machine's. */
    private void annotate(ObjectNode metadata, GroupPass pass, Instance instance) {
        ObjectNode annotations = metadata.withObjectProperty("annotations")
                .put(Annotations.INSTANCE_ID, instance.id())
                .put(Annotations.INSTANCE_GROUP, pass.group())
                .put(Annotations.MACHINE_TYPE, instance.machineType());
        annotations.remove(List.of(Annotations.MACHINE_MONTHLY_PRICE, Annotations.MACHINE_PRICE_BASIS));
        cloud.price(instance)
                .ifPresent(price -> annotations
                        .put(
                                Annotations.MACHINE_MONTHLY_PRICE,
                                String.format(
                                        Locale.ROOT,
                                        "%s%.2f USD",
                                        price.upperBound() ? "at most " : "",
                                        price.monthlyDollars()))
                        .put(Annotations.MACHINE_PRICE_BASIS, price.basis()));
    }

    /** Tags machines whose Pod says that it is bound to them. */
    private void completeTags(GroupPass pass) {
        for (PodView pod : pass.bound()) {
            Instance instance = pass.instances().get(pod.instance());
            if (GroupPass.isAlive(instance)
                    && instance != null
                    && !pod.uid().equals(instance.tags().get(Instance.POD_UID_TAG))) {
                tag(pass, instance, pod.key(), pod.uid());
            }
        }
    }

    private void tag(GroupPass pass, Instance instance, ObjectKey pod, String uid) {
        try {
            cloud.tag(
                    instance.id(),
                    Map.of(Instance.POD_TAG, pod.namespace() + "/" + pod.name(), Instance.POD_UID_TAG, uid));
        } catch (CloudException.NotFound e) {
            LOG.debug("machine {} ended before it was named", instance.id());
        }
        groups.invalidate(pass.group());
    }

    private static String annotation(ObjectNode tree, String name) {
        return tree.path("metadata").path("annotations").path(name).asString("");
    }
}
