package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Turns groups into batches of RocksDB. Also keeps the watermark, above which no revision was ever given out. */
final class GroupWriter {
    static final byte[] WATERMARK = "watermark".getBytes(StandardCharsets.US_ASCII);
    static final String EPHEMERAL_PREFIX = "ephemeral/";
    /** How far the watermark is moved at a time: the cost is one fsync in so many revisions. */
    private static final long WATERMARK_STRIDE = 10_000;

    private final DatabaseHolder database;
    private final LiveState state;
    private final ChangeLog changeLog;
    private long watermark;

    /** @param watermark that is on disk */
    GroupWriter(DatabaseHolder database, LiveState state, ChangeLog changeLog, long watermark) {
        this.database = database;
        this.state = state;
        this.changeLog = changeLog;
        this.watermark = watermark;
    }

    /** Returns the bytes of history added. */
    long write(Group group) throws RocksDBException {
        return database.tryUse(db -> {
            try (WriteBatch batch = new WriteBatch()) {
                long added = 0;
                for (Group.Step step : group.steps()) {
                    added += put(db, batch, step, group.nowMillis());
                }
                for (var record : group.records().entrySet()) {
                    putRecord(db, batch, record.getKey(), record.getValue().bytes());
                }
                boolean newMark = group.revision() > watermark;
                long mark = newMark ? group.revision() + WATERMARK_STRIDE : watermark;
                if (newMark) {
                    batch.put(db.handle(Family.META), WATERMARK, Codec.revision(mark));
                }
                db.write(batch, group.durable() || newMark);
                watermark = mark;
                return added;
            }
        });
    }

    /** Opens the database anew and takes back what a failed write may have left there. */
    void undo(List<Group> failed) throws RocksDBException {
        database.reopen();
        database.tryUse(db -> {
            try (WriteBatch batch = new WriteBatch()) {
                for (Group group : failed) {
                    for (Group.Step step : group.steps()) {
                        Live version = step.version();
                        if (version.family() == Family.EPHEMERAL) {
                            putEphemeral(db, batch, version);
                        }
                        batch.delete(db.handle(Family.CHANGES), Codec.revision(version.revision()));
                        batch.delete(db.handle(version.family()), Codec.versionKey(version.key(), version.revision()));
                    }
                    for (String name : group.records().keySet()) {
                        putRecord(db, batch, name, state.getRecord(name));
                    }
                }
                db.write(batch, true);
                return true;
            }
        });
    }

    private long put(Database db, WriteBatch batch, Group.Step step, long nowMillis) throws RocksDBException {
        Live version = step.version();
        Live before = step.before();
        byte[] json = step.event().object().json();
        boolean ephemeral = version.family() == Family.EPHEMERAL;
        if (ephemeral && changeLog.addEphemeral(version.key().resource())) {
            putEphemeral(db, batch, version);
        }
        batch.put(
                db.handle(version.family()),
                Codec.versionKey(version.key(), version.revision()),
                db.values()
                        .version(version.key(), version.revision(), step.deletion(), version.expiresAtMillis(), json));
        Codec.Change change = new Codec.Change(
                version.key(),
                version.revision(),
                step.event().type(),
                ephemeral,
                before != null && before.family() == Family.EPHEMERAL,
                before == null ? 0 : before.revision(),
                nowMillis,
                (before == null ? 0 : before.bytes()) + (step.deletion() ? json.length : 0));
        batch.put(db.handle(Family.CHANGES), Codec.revision(version.revision()), Codec.changeValue(change));
        return ChangeLog.cost(change);
    }

    private static void putEphemeral(Database db, WriteBatch batch, Live version) throws RocksDBException {
        byte[] name = (EPHEMERAL_PREFIX + version.key().resource()).getBytes(StandardCharsets.UTF_8);
        batch.put(db.handle(Family.META), name, new byte[0]);
    }

    private static void putRecord(Database db, WriteBatch batch, String name, byte @Nullable [] value)
            throws RocksDBException {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        if (value == null) {
            batch.delete(db.handle(Family.RECORDS), key);
        } else {
            batch.put(db.handle(Family.RECORDS), key, db.values().record(name, value));
        }
    }
}
