package io.i2kit.apiserver.controller.garbagecollector;

import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An object in the graph of owners.
 *
 * @param deleting whether its deletion has begun
 */
record Node(ObjectKey key, String uid, List<OwnerReference> owners, boolean deleting, List<String> finalizers) {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    Node {
        owners = List.copyOf(owners);
        finalizers = List.copyOf(finalizers);
    }

    static Node of(StoredObject object) {
        return of(object.key(), JsonMapper.shared().readTree(object.json()));
    }

    static Node of(ObjectKey key, JsonNode tree) {
        List<String> finalizers = new ArrayList<>();
        tree.path("metadata").path("finalizers").forEach(finalizer -> finalizers.add(finalizer.asString("")));
        return new Node(
                key,
                FieldPaths.text(tree, "metadata.uid"),
                OwnerReference.of(tree),
                !FieldPaths.text(tree, "metadata.deletionTimestamp").isEmpty(),
                finalizers);
    }

    /** Whether it is being deleted and waits for its dependents to go first. */
    boolean awaitsDependents() {
        return deleting && finalizers.contains(FOREGROUND);
    }

    /** Whether it is being deleted and its dependents are to be let go first. */
    boolean orphansDependents() {
        return deleting && finalizers.contains(ORPHAN);
    }

    boolean blocks(String ownerUid) {
        return owners.stream().anyMatch(owner -> owner.uid().equals(ownerUid) && owner.blockOwnerDeletion());
    }
}
