package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Brings the memory to what the disk holds, and decides with which revision to go on. */
final class Loader {
    private static final byte[] CLEAN = "clean".getBytes(StandardCharsets.US_ASCII);
    /** The first revision is above it: clients give "0" a meaning of its own. */
    private static final long FIRST_REVISION = 1;

    private final DatabaseHolder database;
    private final int inMemoryBytes;
    private final LiveState state;
    /** The revisions of the deletions found so far: those of the last minutes. */
    private final Map<ObjectKey, Long> deletions = new HashMap<>();

    Loader(DatabaseHolder database, RocksSettings.Memory memory) {
        this.database = database;
        this.inMemoryBytes = memory.objectBytes();
        this.state = new LiveState(new BodyBudget(memory.allBytes()));
    }

    LiveState state() {
        return state;
    }

    /** Returns the watermark on disk. */
    long load(ChangeLog changeLog) {
        long watermark = database.use(db -> {
            loadObjects(db, Family.OBJECTS);
            loadObjects(db, Family.EPHEMERAL);
            db.scan(Family.RECORDS, new byte[0], (key, value) -> {
                state.loadRecord(
                        new String(key, StandardCharsets.UTF_8), db.values().openRecord(key, value));
                return true;
            });
            if (db.values().foundStale()) {
                Rewriting.run(db);
            }
            return start(db);
        });
        changeLog.load(
                database.use(db -> number(db, ChangeLog.COMPACTED, FIRST_REVISION)),
                ephemeralFloor,
                database.use(Loader::ephemeralResources));
        return watermark;
    }

    private long ephemeralFloor;

    /** After a crash goes on above the watermark: ephemeral objects up to it may have been seen and lost. */
    private long start(Database db) throws RocksDBException {
        byte[] newest = db.lastKey(Family.CHANGES);
        long found = Math.max(
                newest == null ? FIRST_REVISION : Codec.revision(newest),
                number(db, ChangeLog.COMPACTED, FIRST_REVISION));
        long clean = number(db, CLEAN, 0);
        long watermark = number(db, GroupWriter.WATERMARK, 0);
        boolean crashed = clean == 0 && watermark != 0;
        long revision = crashed ? Math.max(found, watermark) : Math.max(found, clean);
        ephemeralFloor = crashed ? revision : 0;
        state.loadRevision(revision);
        try (WriteBatch batch = new WriteBatch()) {
            batch.delete(db.handle(Family.META), CLEAN);
            batch.put(db.handle(Family.META), GroupWriter.WATERMARK, Codec.revision(revision));
            db.write(batch, true);
        }
        return revision;
    }

    /** Notes that nothing is unknown, for the next start. */
    static void markClean(Database db, long revision) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(db.handle(Family.META), CLEAN, Codec.revision(revision));
            db.write(batch, true);
        }
        db.flush();
    }

    /** Versions of an object lie side by side, the newest last. */
    private void loadObjects(Database db, Family family) throws RocksDBException {
        Newest newest = new Newest(family);
        db.scan(family, new byte[0], (key, value) -> {
            newest.next(db.values().version(key, value));
            return true;
        });
        newest.finish();
    }

    private final class Newest {
        private final Family family;
        private Codec.@Nullable Version last;

        Newest(Family family) {
            this.family = family;
        }

        void next(Codec.Version version) {
            ObjectKey key = last == null ? null : last.key();
            if (!version.key().equals(key)) {
                finish();
            }
            last = version;
        }

        void finish() {
            Codec.Version version = last;
            if (version != null) {
                StoredObject object = new StoredObject(state.shared(version.key()), version.revision(), version.json());
                Live live = Live.of(object, family, version.expiresAtMillis(), inMemoryBytes);
                load(live, version.deletion());
            }
        }
    }

    /** An object that one family has as deleted may have an older version in the other. */
    private void load(Live live, boolean deletion) {
        if (deletion) {
            deletions.put(live.key(), live.revision());
        }
        if (deletion || deletions.getOrDefault(live.key(), 0L) < live.revision()) {
            state.load(live, deletion);
        }
    }

    private static Set<String> ephemeralResources(Database db) throws RocksDBException {
        Set<String> found = new HashSet<>();
        db.scan(Family.META, GroupWriter.EPHEMERAL_PREFIX.getBytes(StandardCharsets.UTF_8), (key, value) -> {
            String name = new String(key, StandardCharsets.UTF_8);
            boolean belongs = name.startsWith(GroupWriter.EPHEMERAL_PREFIX);
            if (belongs) {
                found.add(name.substring(GroupWriter.EPHEMERAL_PREFIX.length()));
            }
            return belongs;
        });
        return found;
    }

    private static long number(Database db, byte[] name, long absent) throws RocksDBException {
        byte[] value = db.get(Family.META, name);
        return value == null ? absent : Codec.revision(value);
    }
}
