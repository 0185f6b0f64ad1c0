package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StoredObject;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Walks through the versions on disk and finds each object's state at a revision, in the order of keys. */
final class VersionWalk implements AutoCloseable {
    private final RocksIterator iterator;
    private final LiveState state;
    private final Values values;
    private final byte[] prefix;
    private final long revision;

    /**
     * The version that counted.
     *
     * @param object null when that was its deletion
     */
    record Found(ObjectKey key, long revision, @Nullable StoredObject object) {}

    VersionWalk(Database database, Database.Family family, ListRequest request, LiveState state) {
        this.state = state;
        this.values = database.values();
        this.revision = request.revision();
        this.prefix = Codec.keyPrefix(request.resource(), request.namespace());
        this.iterator = database.iterator(family);
        ObjectKey after = request.after();
        ObjectKey start = new ObjectKey(request.resource(), request.namespace(), "");
        iterator.seek(after == null || after.compareTo(start) < 0 ? prefix : Codec.behindVersions(after));
    }

    /** The next object that existed, or was deleted, at the revision; null at the end. */
    @Nullable
    Found next() throws RocksDBException {
        while (iterator.isValid()) {
            byte[] name = iterator.key();
            if (!Codec.startsWith(name, prefix)) {
                break;
            }
            ObjectKey key = Codec.key(name);
            Found found = newest(key, name);
            if (found != null) {
                return found;
            }
        }
        iterator.status();
        return null;
    }

    /** Leaves the iterator behind the object's versions. */
    private @Nullable Found newest(ObjectKey key, byte[] first) {
        Live live = state.get(key);
        StoredObject newest = live == null || live.revision() > revision ? null : live.object();
        Found found = null;
        byte[] name = first;
        while (Codec.isVersionOf(name, first)) {
            long version = Codec.versionRevision(name);
            if (version <= revision) {
                if (newest != null && newest.revision() == version) {
                    found = new Found(key, version, newest);
                } else if (newest == null || newest.revision() < version) {
                    Codec.Version stored = values.version(name, iterator.value());
                    found = new Found(
                            key, version, stored.deletion() ? null : new StoredObject(key, version, stored.json()));
                }
            }
            iterator.next();
            if (!iterator.isValid()) {
                break;
            }
            name = iterator.key();
        }
        return found;
    }

    @Override
    public void close() {
        iterator.close();
    }
}
