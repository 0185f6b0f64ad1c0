package io.i2kit.apiserver.controller.garbagecollector;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.ManagedResource;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The garbage collector, by the rules of {@code pkg/controller/garbagecollector}. An object goes when none of its owners exists
 * ({@code uid} counts, not the name). Deletion with {@code foregroundDeletion} takes the dependents first, with {@code orphan} it
 * lets them go. The graph says what to look at; what a pass judges is read fresh.
 */
public final class GarbageCollector implements Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final String COMPONENT = "garbage-collector-controller";
    private static final int WORKERS = 4;

    private final ObjectClient client;
    private final EventRecorder recorder;
    private final Graph graph;
    private final WorkQueue queue;

    private GarbageCollector(ControllerManager manager, ObjectClient client, EventRecorder recorder, Graph graph) {
        this.client = client;
        this.recorder = recorder;
        this.graph = graph;
        this.queue = manager.register(this, WORKERS);
    }

    /**
     * Registers the controller; it runs when the manager and the informers are started.
     *
     * @param resources all that are served; Events are passed over, as upstream's {@code DefaultIgnoredResources} has it
     */
    public static GarbageCollector register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder recorder,
            List<ManagedResource> resources) {
        List<ManagedResource> collected = resources.stream()
                .filter(resource -> !resource.resource().equals("events"))
                .toList();
        Graph graph = new Graph(collected, informers);
        GarbageCollector collector = new GarbageCollector(manager, client, recorder, graph);
        graph.onChange(collector::changed);
        return collector;
    }

    @Override
    public String name() {
        return "garbage-collector";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode object = client.get(key);
        if (object == null) {
            return Result.DONE;
        }
        Node node = Node.of(key, object);
        if (node.orphansDependents()) {
            orphanDependents(node);
        } else if (node.awaitsDependents()) {
            deleteDependents(node);
        } else if (!node.deleting() && !node.owners().isEmpty()) {
            collect(node, object);
        }
        return Result.DONE;
    }

    /** {@code processTransitions} and the edges that a change moves. */
    private void changed(ObjectKey key, @Nullable Node before, @Nullable Node after) {
        if (after != null && (!after.owners().isEmpty() || after.orphansDependents() || after.awaitsDependents())) {
            queue.add(key);
        }
        if (before == null) {
            return;
        }
        if (after == null || !after.uid().equals(before.uid())) {
            graph.dependents(before.uid()).forEach(dependent -> queue.add(dependent.key()));
        }
        Set<String> owners = new HashSet<>();
        before.owners().forEach(owner -> owners.add(owner.uid()));
        owners.forEach(this::enqueueIfWaiting); // it may have been the last dependent, or block no more
    }

    private void enqueueIfWaiting(String uid) {
        Node owner = graph.find(uid);
        if (owner != null && owner.awaitsDependents()) {
            queue.add(owner.key());
        }
    }

    /** {@code attemptToOrphan}. */
    private void orphanDependents(Node owner) {
        for (Node dependent : graph.dependents(owner.uid())) {
            modify(dependent.key(), dependent.uid(), object -> {
                OwnerReference.remove(object, owner.uid());
                return object;
            });
        }
        removeFinalizer(owner, Node.ORPHAN);
    }

    /** {@code processDeletingDependentsItem}. */
    private void deleteDependents(Node owner) {
        List<Node> dependents = graph.dependents(owner.uid());
        if (dependents.stream().noneMatch(dependent -> dependent.blocks(owner.uid()))) {
            removeFinalizer(owner, Node.FOREGROUND);
        }
        dependents.stream().filter(dependent -> !dependent.deleting()).forEach(dependent -> queue.add(dependent.key()));
    }

    /** {@code attemptToDeleteItem}. */
    private void collect(Node node, ObjectNode object) {
        List<OwnerReference> solid = new ArrayList<>();
        List<OwnerReference> dangling = new ArrayList<>();
        List<OwnerReference> waiting = new ArrayList<>();
        for (OwnerReference owner : node.owners()) {
            switch (judge(node, object, owner)) {
                case SOLID -> solid.add(owner);
                case DANGLING -> dangling.add(owner);
                case WAITING -> waiting.add(owner);
            }
        }
        if (!solid.isEmpty()) {
            List<OwnerReference> useless = new ArrayList<>(dangling);
            useless.addAll(waiting);
            if (!useless.isEmpty()) {
                modify(node.key(), node.uid(), fresh -> {
                    useless.forEach(owner -> OwnerReference.remove(fresh, owner.uid()));
                    return fresh;
                });
            }
            return;
        }
        List<Node> dependents = waiting.isEmpty() ? List.of() : graph.dependents(node.uid());
        if (dependents.isEmpty()) {
            delete(node, object, policyOf(node));
            return;
        }
        if (dependents.stream().anyMatch(Node::awaitsDependents)) {
            unblockOwners(node); // it may own what owns it
            return;
        }
        delete(node, object, "Foreground");
    }

    private enum Owner {
        SOLID,
        DANGLING,
        WAITING
    }

    /** {@code classifyReferences}. */
    private Owner judge(Node node, ObjectNode object, OwnerReference owner) {
        ManagedResource resource = graph.resource(owner);
        if (resource == null) {
            LOG.debug("{} has an owner of kind {}, which is not served: it is kept", node.key(), owner.kind());
            return Owner.SOLID;
        }
        String namespace = node.key().namespace();
        if (resource.namespaced() && namespace.isEmpty()) {
            reportInvalidNamespace(node, object, owner);
            return Owner.SOLID; // no such reference is valid; upstream leaves the object alone too
        }
        ObjectNode found = client.get(owner.key(resource.resource(), resource.namespaced() ? namespace : ""));
        if (found == null || !FieldPaths.text(found, "metadata.uid").equals(owner.uid())) {
            if (graph.find(owner.uid()) != null) {
                reportInvalidNamespace(node, object, owner);
            }
            return Owner.DANGLING;
        }
        return Node.of(node.key(), found).awaitsDependents() ? Owner.WAITING : Owner.SOLID;
    }

    private void reportInvalidNamespace(Node node, ObjectNode object, OwnerReference owner) {
        String namespace = node.key().namespace();
        String reference = "[" + owner.apiVersion() + "/" + owner.kind() + ", namespace: " + namespace + ", name: "
                + owner.name() + ", uid: " + owner.uid() + "]";
        recorder.event(
                node.key(),
                object,
                "Warning",
                "OwnerRefInvalidNamespace",
                "ownerRef " + reference + " does not exist in namespace \"" + namespace + "\"",
                COMPONENT);
    }

    private static String policyOf(Node node) {
        if (node.finalizers().contains(Node.ORPHAN)) {
            return "Orphan";
        }
        return node.finalizers().contains(Node.FOREGROUND) ? "Foreground" : "Background";
    }

    private void delete(Node node, ObjectNode object, String policy) {
        LOG.debug("Deleting {}, whose owners are gone ({})", node.key(), policy);
        String version = FieldPaths.text(object, "metadata.resourceVersion");
        client.delete(node.key(), new DeleteOptions(null, policy, node.uid(), version), List.of());
    }

    /** Breaks a circle of owners that wait for each other; the change brings the object back here. */
    private void unblockOwners(Node node) {
        modify(node.key(), node.uid(), object -> {
            for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
                if (reference instanceof ObjectNode changeable) {
                    changeable.put("blockOwnerDeletion", false);
                }
            }
            return object;
        });
        ObjectNode unblocked = client.get(node.key());
        if (unblocked != null && FieldPaths.text(unblocked, "metadata.uid").equals(node.uid())) {
            delete(node, unblocked, "Foreground");
        }
    }

    private void removeFinalizer(Node node, String finalizer) {
        modify(node.key(), node.uid(), object -> {
            ObjectNode metadata = object.withObject("metadata");
            if (metadata.get("finalizers") instanceof ArrayNode finalizers) {
                finalizers.removeIf(name -> name.asString("").equals(finalizer));
                if (finalizers.isEmpty()) {
                    metadata.remove("finalizers");
                }
            }
            return object;
        });
    }

    /** Changes the object if it is still the same one. */
    private void modify(ObjectKey key, String uid, UnaryOperator<ObjectNode> change) {
        client.modify(key, "", object -> {
            boolean same =
                    object != null && FieldPaths.text(object, "metadata.uid").equals(uid);
            return same ? change.apply(object) : null;
        });
    }
}
