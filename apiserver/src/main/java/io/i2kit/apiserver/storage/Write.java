package io.i2kit.apiserver.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One part of a transaction. Each object written or deleted takes a revision of its own. */
public sealed interface Write {
    /** {@link Put#expectedRevision} and {@link Delete#expectedRevision}: whatever is there. */
    long ANY_REVISION = -1;

    /**
     * Stores an object.
     *
     * @param expectedRevision 0 when it must not exist, the revision it must have, or {@link #ANY_REVISION}
     * @param timeToLive after which it vanishes by itself (Events, Leases: kept without fsync), or null
     */
    record Put(
            ObjectKey key,
            long expectedRevision,
            ObjectBody body,
            @Nullable Duration timeToLive) implements Write {}

    /**
     * Deletes an object. It must exist, whatever is expected.
     *
     * @param lastState what watchers get with the DELETED event: the object's last state with the deletion's revision
     */
    record Delete(ObjectKey key, long expectedRevision, ObjectBody lastState) implements Write {}

    /** Stores a private record, in the same transaction; it has no revision and no watchers. */
    @SuppressWarnings("ArrayRecordComponent")
    record PutRecord(String name, byte[] value) implements Write {}

    /** Deletes a private record. */
    record DeleteRecord(String name) implements Write {}
}
