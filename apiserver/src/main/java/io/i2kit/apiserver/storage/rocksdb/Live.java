package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import org.jspecify.annotations.Nullable;

/**
 * A version of an object that readers can reach.
 *
 * @param family that holds it on disk
 * @param expiresAtMillis epoch, 0 for never
 * @param bytes of JSON
 * @param object null when it is only on disk
 */
record Live(
        ObjectKey key,
        long revision,
        Family family,
        long expiresAtMillis,
        int bytes,
        @Nullable StoredObject object) {

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
}
