package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.WatchEvent;
import io.i2kit.apiserver.storage.Write;
import io.i2kit.apiserver.storage.rocksdb.Database.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that go to disk in one write. Each is judged against the state that the ones before it leave; one that
 * fails leaves no trace. Used by the committer's thread alone.
 */
final class Group {
    private final LiveState state;
    private final Function<Live, StoredObject> loader;
    private final int inMemoryBytes;
    private final long nowMillis;
    private final Map<ObjectKey, Step> newest = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, RecordValue> records = new LinkedHashMap<>();
    private long revision;

    /**
     * One object written or deleted.
     *
     * @param before the version that this one replaces, or null
     * @param version the new version; for a deletion its last state
     */
    record Step(WatchEvent event, @Nullable Live before, Live version, boolean deletion) {}

    /** @param bytes null for a deletion */
    @SuppressWarnings("ArrayRecordComponent")
    record RecordValue(byte @Nullable [] bytes) {}

    /**
     * @param revision the last one used
     * @param loader brings objects from disk
     */
    Group(LiveState state, long revision, Function<Live, StoredObject> loader, int inMemoryBytes, long nowMillis) {
        this.state = state;
        this.revision = revision;
        this.loader = loader;
        this.inMemoryBytes = inMemoryBytes;
        this.nowMillis = nowMillis;
    }

    /** @throws StorageException.Conflict when an expectation does not hold */
    List<StoredObject> add(List<Write> writes) {
        Transaction transaction = new Transaction();
        writes.forEach(transaction::add);
        transaction.keep();
        return transaction.steps.stream().map(step -> step.event().object()).toList();
    }

    List<Step> steps() {
        return steps;
    }

    Map<String, RecordValue> records() {
        return records;
    }

    long revision() {
        return revision;
    }

    boolean isEmpty() {
        return steps.isEmpty() && records.isEmpty();
    }

    long nowMillis() {
        return nowMillis;
    }

    /** Whether the write must reach the disk before it is acknowledged: all but ephemeral objects must. */
    boolean durable() {
        return !records.isEmpty() || steps.stream().anyMatch(Group::durable);
    }

    private static boolean durable(Step step) {
        Live before = step.before();
        return step.version().family() == Family.OBJECTS || before != null && before.family() == Family.OBJECTS;
    }

    private final class Transaction {
        private final Map<ObjectKey, Step> touched = new HashMap<>();
        private final List<Step> steps = new ArrayList<>();
        private final Map<String, RecordValue> changedRecords = new LinkedHashMap<>();
        private long next = revision;

        void add(Write write) {
            switch (write) {
                case Write.Put put -> put(put);
                case Write.Delete delete -> delete(delete);
                case Write.PutRecord record ->
                    changedRecords.put(
                            record.name(), new RecordValue(record.value().clone()));
                case Write.DeleteRecord record -> changedRecords.put(record.name(), new RecordValue(null));
            }
        }

        void keep() {
            newest.putAll(touched);
            Group.this.steps.addAll(steps);
            records.putAll(changedRecords);
            revision = next;
        }

        private void put(Write.Put put) {
            Live before = expect(put.key(), put.expectedRevision());
            next++;
            ObjectKey key = before == null ? state.shared(put.key()) : before.key();
            StoredObject object = new StoredObject(key, next, put.body().at(next));
            Duration timeToLive = put.timeToLive();
            Live version = timeToLive == null
                    ? Live.of(object, Family.OBJECTS, 0, inMemoryBytes)
                    : Live.of(object, Family.EPHEMERAL, nowMillis + timeToLive.toMillis(), inMemoryBytes);
            WatchEvent.Type type = before == null ? WatchEvent.Type.ADDED : WatchEvent.Type.MODIFIED;
            step(new Step(new WatchEvent(type, object, stateOf(before)), before, version, false));
        }

        private void delete(Write.Delete delete) {
            Live before = expect(delete.key(), delete.expectedRevision());
            if (before == null) {
                throw new StorageException.Conflict(delete.key(), 0);
            }
            next++;
            StoredObject object =
                    new StoredObject(before.key(), next, delete.lastState().at(next));
            Live version = Live.of(object, before.family(), 0, inMemoryBytes);
            step(new Step(new WatchEvent(WatchEvent.Type.DELETED, object, stateOf(before)), before, version, true));
        }

        private void step(Step step) {
            steps.add(step);
            touched.put(step.version().key(), step);
        }

        private @Nullable Live expect(ObjectKey key, long expectedRevision) {
            Live live = current(key);
            long actual = live == null ? 0 : live.revision();
            if (expectedRevision != Write.ANY_REVISION && expectedRevision != actual) {
                throw new StorageException.Conflict(key, actual);
            }
            return live;
        }

        private @Nullable Live current(ObjectKey key) {
            Step step = touched.getOrDefault(key, newest.get(key));
            if (step != null) {
                return step.deletion() ? null : step.version();
            }
            return state.get(key);
        }

        /** A version of this very group may be too large for memory and not on disk yet: then its event still has it. */
        private @Nullable StoredObject stateOf(@Nullable Live live) {
            if (live == null) {
                return null;
            }
            StoredObject inMemory = live.object();
            if (inMemory != null) {
                return inMemory;
            }
            Step step = touched.getOrDefault(live.key(), newest.get(live.key()));
            return step == null ? loader.apply(live) : step.event().object();
        }
    }
}
