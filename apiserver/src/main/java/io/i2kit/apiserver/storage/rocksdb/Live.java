package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import org.jspecify.annotations.Nullable;

/** A version of an object that readers can reach. Its JSON is in memory as long as {@link BodyBudget} lets it. */
final class Live {
    private final ObjectKey key;
    private final long revision;
    private final Family family;
    private final long expiresAtMillis;
    private final int bytes;
    private volatile @Nullable StoredObject object;

    /** Neighbours in the queue of {@link BodyBudget}, by which alone they are read and written. */
    @Nullable
    Live older;

    @Nullable
    Live newer;

    /** Whether somebody read it since {@link BodyBudget} last looked; a lost update does no harm. */
    boolean wasRead;

    private Live(
            ObjectKey key,
            long revision,
            Family family,
            long expiresAtMillis,
            int bytes,
            @Nullable StoredObject object) {
        this.key = key;
        this.revision = revision;
        this.family = family;
        this.expiresAtMillis = expiresAtMillis;
        this.bytes = bytes;
        this.object = object;
    }

    /** @param inMemoryBytes above which only the disk keeps the JSON */
    static Live of(StoredObject object, Family family, long expiresAtMillis, int inMemoryBytes) {
        int bytes = object.json().length;
        return new Live(
                object.key(), object.revision(), family, expiresAtMillis, bytes, bytes > inMemoryBytes ? null : object);
    }

    /** A past version, on disk. */
    static Live past(ObjectKey key, long revision, Family family) {
        return new Live(key, revision, family, 0, 0, null);
    }

    ObjectKey key() {
        return key;
    }

    long revision() {
        return revision;
    }

    /** The one that holds it on disk. */
    Family family() {
        return family;
    }

    /** Epoch, 0 for never. */
    long expiresAtMillis() {
        return expiresAtMillis;
    }

    /** Of JSON. */
    int bytes() {
        return bytes;
    }

    /** Null when it is only on disk. */
    @Nullable
    StoredObject object() {
        return object;
    }

    /** From here on only the disk has the JSON. */
    void forgetObject() {
        object = null;
    }
}
