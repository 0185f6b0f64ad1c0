package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is looked up of ReplicaSets and ReplicationControllers.
 *
 * @param generation of the spec: informers tell only of changes that a projection shows
 * @param ownerUid of its controller (a Deployment), or empty
 */
record OwnedReplicaSet(ObjectKey key, String uid, long generation, String ownerUid, ObjectSelector selector) {
    static OwnedReplicaSet of(ReplicaKind kind, StoredObject object) {
        JsonNode tree = JsonMapper.shared().readTree(object.json());
        return new OwnedReplicaSet(
                object.key(),
                FieldPaths.text(tree, "metadata.uid"),
                tree.path("metadata").path("generation").asLong(0),
                FieldPaths.text(ReplicaPod.controllerOf(tree.path("metadata")), "uid"),
                kind.selector(tree));
    }
}
