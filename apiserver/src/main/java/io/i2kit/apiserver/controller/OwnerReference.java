package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry of {@code metadata.ownerReferences}.
 *
 * @param controller whether the owner manages the object; at most one does
 * @param blockOwnerDeletion whether the owner's foreground deletion waits for the object
 */
public record OwnerReference(
        String apiVersion, String kind, String name, String uid, boolean controller, boolean blockOwnerDeletion) {

    /** A managing owner, as {@code metav1.NewControllerRef} makes it. */
    public static OwnerReference controllerOf(String apiVersion, String kind, String name, String uid) {
        return new OwnerReference(apiVersion, kind, name, uid, true, true);
    }

    /** All of an object. */
    public static List<OwnerReference> of(JsonNode object) {
        List<OwnerReference> references = new ArrayList<>();
        for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
            references.add(new OwnerReference(
                    reference.path("apiVersion").asString(""),
                    reference.path("kind").asString(""),
                    reference.path("name").asString(""),
                    reference.path("uid").asString(""),
                    reference.path("controller").asBoolean(false),
                    reference.path("blockOwnerDeletion").asBoolean(false)));
        }
        return references;
    }

    /** The managing one of an object, or null. */
    public static @Nullable OwnerReference managing(JsonNode object) {
        return of(object).stream()
                .filter(OwnerReference::controller)
                .findFirst()
                .orElse(null);
    }

    /** Adds this to an object's. */
    public void addTo(ObjectNode object) {
        ObjectNode metadata = object.withObject("metadata");
        ArrayNode references = metadata.get("ownerReferences") instanceof ArrayNode present
                ? present
                : metadata.putArray("ownerReferences");
        ObjectNode reference = references.addObject();
        reference
                .put("apiVersion", apiVersion)
                .put("kind", kind)
                .put("name", name)
                .put("uid", uid);
        if (controller) {
            reference.put("controller", true);
        }
        if (blockOwnerDeletion) {
            reference.put("blockOwnerDeletion", true);
        }
    }

    /** Removes those of an owner from an object's; returns whether there was one. */
    public static boolean remove(ObjectNode object, String uid) {
        if (!(object.path("metadata").get("ownerReferences") instanceof ArrayNode references)) {
            return false;
        }
        int before = references.size();
        references.removeIf(reference -> reference.path("uid").asString("").equals(uid));
        int after = references.size();
        if (after == 0) {
            object.withObject("metadata").remove("ownerReferences");
        }
        return after < before;
    }

    /** Group of {@link #apiVersion}; empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The key of an owner of a known resource. */
    public ObjectKey key(String resource, String namespace) {
        return new ObjectKey(resource, namespace, name);
    }
}
