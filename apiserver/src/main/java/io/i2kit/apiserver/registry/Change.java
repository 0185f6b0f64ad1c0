package io.i2kit.apiserver.registry;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Makes the object that an update stores from the one that is there. May be called again when another writer was quicker. */
@FunctionalInterface
public interface Change {
    /**
     * @param current a tree of the caller's own, or null when there is no object (only when the kind or
     *     {@link #createsMissing} allows creation)
     * @return the whole new object, or null to give up without a write
     */
    @Nullable
    ObjectNode apply(@Nullable ObjectNode current);

    /** Whether a missing object is created (server-side apply). */
    default boolean createsMissing() {
        return false;
    }
}
