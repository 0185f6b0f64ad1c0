package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ObjectSelector;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A kind that keeps a number of Pods of one template. Kubernetes runs one algorithm for both of its kinds
 * ({@code pkg/controller/replication/conversion.go} shows ReplicationControllers to it as ReplicaSets).
 *
 * @param resource under which objects are stored
 * @param name of the controller, as work queue metrics name it
 * @param component that its Events name
 * @param equalitySelector whether {@code spec.selector} is a plain map of labels
 * @param countsTerminating whether the status tells how many Pods are being deleted
 */
record ReplicaKind(
        String resource,
        String apiVersion,
        String kind,
        String name,
        String component,
        boolean equalitySelector,
        boolean countsTerminating) {
    static final ReplicaKind REPLICA_SET = new ReplicaKind(
            "apps/replicasets", "apps/v1", "ReplicaSet", "replicaset", "replicaset-controller", false, true);

    static final ReplicaKind REPLICATION_CONTROLLER = new ReplicaKind(
            "replicationcontrollers",
            "v1",
            "ReplicationController",
            "replicationmanager",
            "replication-controller",
            true,
            false);

    /** The selector of an object of this kind. */
    ObjectSelector selector(JsonNode object) {
        JsonNode selector = object.path("spec").path("selector");
        return equalitySelector
                ? new ObjectSelector(ObjectSelector.texts(selector), Set.of())
                : ObjectSelector.of(selector);
    }
}
