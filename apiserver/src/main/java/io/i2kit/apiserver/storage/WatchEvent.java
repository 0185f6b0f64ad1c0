package io.i2kit.apiserver.storage;

import org.jspecify.annotations.Nullable;

/**
 * One change.
 *
 * @param object the new state; for a deletion the last state with the deletion's revision
 * @param previous the state before, or null when it was created
 */
public record WatchEvent(
        Type type, StoredObject object, @Nullable StoredObject previous) {
    /** What happened. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
