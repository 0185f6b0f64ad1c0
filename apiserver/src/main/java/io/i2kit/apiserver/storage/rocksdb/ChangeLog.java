package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.WatchEvent;
import io.i2kit.apiserver.storage.WatchHub;
import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The past: which revision changed what, for as long as {@link RocksSettings.History} says. States themselves are stored once,
 * as versions of their object; an entry here names the version it made and the one before. Forgetting an entry deletes the
 * version that it replaced.
 */
final class ChangeLog implements WatchHub.History {
    static final byte[] COMPACTED = "compacted".getBytes(StandardCharsets.US_ASCII);
    private static final int ENTRIES_A_READ = 1000;
    private static final int ENTRIES_A_COMPACTION = 2000;
    /** What an entry costs on disk beside the past state. */
    private static final int ENTRY_OVERHEAD_BYTES = 150;

    private final DatabaseHolder database;
    private final RocksSettings.History bounds;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<String> ephemeralResources = ConcurrentHashMap.newKeySet();
    /** Everything above this revision is known. */
    private volatile long floor;
    /** Of resources with ephemeral objects: what was known before a crash may be incomplete. */
    private volatile long ephemeralFloor;

    ChangeLog(DatabaseHolder database, RocksSettings.History bounds) {
        this.database = database;
        this.bounds = bounds;
    }

    /** @param unknownUpTo revision up to which ephemeral changes may have been lost by a crash, or 0 */
    void load(long compacted, long unknownUpTo, Set<String> ephemeral) {
        floor = compacted;
        ephemeralFloor = unknownUpTo;
        ephemeralResources.addAll(ephemeral);
        bytes.set(database.use(db -> {
            AtomicLong sum = new AtomicLong();
            db.scan(Family.CHANGES, Codec.revision(0), (key, value) -> {
                sum.addAndGet(cost(Codec.change(key, value)));
                return true;
            });
            return sum.get();
        }));
    }

    /** Whether the resource is new among those with ephemeral objects. */
    boolean addEphemeral(String resource) {
        return ephemeralResources.add(resource);
    }

    void appended(long newBytes) {
        bytes.addAndGet(newBytes);
    }

    static long cost(Codec.Change change) {
        return ENTRY_OVERHEAD_BYTES + change.bytes();
    }

    @Override
    public void require(String resource, long after) {
        long oldest = ephemeralResources.contains(resource) ? Math.max(floor, ephemeralFloor) : floor;
        if (after < oldest) {
            throw new StorageException.Compacted(after, oldest);
        }
    }

    @Override
    public WatchHub.Slice read(String resource, String namespace, long after, long through) {
        require(resource, after);
        List<Codec.Change> changes = changes(after, through, ENTRIES_A_READ);
        List<WatchEvent> events = new ArrayList<>();
        for (Codec.Change change : changes) {
            if (matches(change.key(), resource, namespace)) {
                events.add(event(change, after));
            }
        }
        boolean all = changes.size() < ENTRIES_A_READ;
        require(resource, after);
        return new WatchHub.Slice(events, all ? through : changes.getLast().revision());
    }

    /**
     * What objects of a resource were like at a revision, as far as they changed since.
     *
     * @param through the revision of the state that the answer is laid over
     * @return a past version a key, or a version with revision 0 for an object that did not exist
     */
    Map<ObjectKey, Live> before(String resource, String namespace, long revision, long through) {
        require(resource, revision);
        Map<ObjectKey, Live> first = new HashMap<>();
        long after = revision;
        while (after < through) {
            List<Codec.Change> changes = changes(after, through, ENTRIES_A_READ);
            for (Codec.Change change : changes) {
                if (matches(change.key(), resource, namespace)) {
                    Family family = change.previousEphemeral() ? Family.EPHEMERAL : Family.OBJECTS;
                    first.putIfAbsent(change.key(), Live.past(change.key(), change.previous(), family));
                }
            }
            after = changes.size() < ENTRIES_A_READ
                    ? through
                    : changes.getLast().revision();
        }
        require(resource, revision);
        return first;
    }

    /** A stored version, or null when it was forgotten meanwhile. */
    @Nullable
    StoredObject version(ObjectKey key, long revision, Family family) {
        byte[] name = Codec.versionKey(key, revision);
        return database.use(db -> Optional.ofNullable(db.get(family, name))
                        .map(value -> new StoredObject(
                                key, revision, db.values().version(name, value).json())))
                .orElse(null);
    }

    /** Forgets what is too old or too much. */
    void compact(long nowMillis) {
        while (true) {
            List<Codec.Change> changes = changes(floor, Long.MAX_VALUE, ENTRIES_A_COMPACTION);
            List<Codec.Change> old = tooOld(changes, nowMillis - bounds.age().toMillis());
            if (old.isEmpty()) {
                return;
            }
            floor = old.getLast().revision(); // from here on no reader starts below, before anything is deleted
            database.use(db -> {
                forget(db, old);
                return true;
            });
            bytes.addAndGet(-old.stream().mapToLong(ChangeLog::cost).sum());
        }
    }

    private List<Codec.Change> tooOld(List<Codec.Change> changes, long horizonMillis) {
        long excess = bytes.get() - bounds.diskBytes();
        List<Codec.Change> old = new ArrayList<>();
        for (Codec.Change change : changes) {
            if (change.timeMillis() > horizonMillis && excess <= 0) {
                break;
            }
            excess -= cost(change);
            old.add(change);
        }
        return old;
    }

    private void forget(Database db, List<Codec.Change> old) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Codec.Change change : old) {
                batch.delete(db.handle(Family.CHANGES), Codec.revision(change.revision()));
                if (change.previous() != 0) {
                    batch.delete(
                            db.handle(change.previousEphemeral() ? Family.EPHEMERAL : Family.OBJECTS),
                            Codec.versionKey(change.key(), change.previous()));
                }
                if (change.type() == WatchEvent.Type.DELETED) {
                    batch.delete(
                            db.handle(change.ephemeral() ? Family.EPHEMERAL : Family.OBJECTS),
                            Codec.versionKey(change.key(), change.revision()));
                }
            }
            batch.put(
                    db.handle(Family.META),
                    COMPACTED,
                    Codec.revision(old.getLast().revision()));
            db.write(batch, false);
        }
    }

    private WatchEvent event(Codec.Change change, long asked) {
        Family family = change.ephemeral() ? Family.EPHEMERAL : Family.OBJECTS;
        StoredObject object = version(change.key(), change.revision(), family);
        StoredObject previous = change.previous() == 0
                ? null
                : version(
                        change.key(),
                        change.previous(),
                        change.previousEphemeral() ? Family.EPHEMERAL : Family.OBJECTS);
        if (object == null || previous == null && change.previous() != 0) {
            throw new StorageException.Compacted(asked, floor);
        }
        return new WatchEvent(change.type(), object, previous);
    }

    private List<Codec.Change> changes(long after, long through, int limit) {
        return database.use(db -> {
            List<Codec.Change> found = new ArrayList<>();
            db.scan(Family.CHANGES, Codec.revision(after + 1), (key, value) -> {
                if (Codec.revision(key) > through) {
                    return false;
                }
                found.add(Codec.change(key, value));
                return found.size() < limit;
            });
            return found;
        });
    }

    private static boolean matches(ObjectKey key, String resource, String namespace) {
        return key.resource().equals(resource)
                && (namespace.isEmpty() || key.namespace().equals(namespace));
    }
}
