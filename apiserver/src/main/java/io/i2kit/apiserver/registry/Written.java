package io.i2kit.apiserver.registry;

import java.util.List;

/**
 * How a write ended.
 *
 * @param json the object as it is stored now (or, for a dry run, would be)
 * @param outcome what happened to it
 * @param warnings for {@code Warning:} headers
 */
@SuppressWarnings("ArrayRecordComponent") // the encoded object, shared with the store and its watchers
public record Written(byte[] json, Outcome outcome, List<String> warnings) {
    /** What a write did. */
    public enum Outcome {
        CREATED,
        UPDATED,
        /** The deletion has begun; finalizers or grace keep the object. */
        MARKED_DELETED,
        REMOVED
    }

    public Written {
        warnings = List.copyOf(warnings);
    }
}
