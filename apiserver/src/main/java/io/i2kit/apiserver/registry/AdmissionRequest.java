package io.i2kit.apiserver.registry;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A write that is to be admitted.
 *
 * @param subresource empty for the object itself
 * @param object what is to be stored; null when the object is removed
 * @param old what is stored; null when the object is new
 */
public record AdmissionRequest(
        ResourceDefinition definition,
        String namespace,
        String subresource,
        @Nullable ObjectNode object,
        @Nullable ObjectNode old) {
    /** The tree to look at: the new state, or the last one. */
    public ObjectNode state() {
        if (object != null) {
            return object;
        }
        if (old != null) {
            return old;
        }
        throw new IllegalStateException("a request is about an object");
    }

    /** Whether a new object of this resource of the core group is made, or of {@code group/plural}. */
    public boolean creates(String resource) {
        return old == null && isOf(resource);
    }

    /** Whether the object itself, not a part of it, is made or changed. */
    public boolean writes(String resource) {
        return object != null && subresource.isEmpty() && isOf(resource);
    }

    public boolean isOf(String resource) {
        return definition.storedResource().equals(resource);
    }

    /** {@code admission.NewForbidden}. */
    public ApiException forbidden(String detail) {
        return ApiException.forbidden(
                definition.names().group(), definition.names().plural(), Meta.name(state()), detail);
    }
}
