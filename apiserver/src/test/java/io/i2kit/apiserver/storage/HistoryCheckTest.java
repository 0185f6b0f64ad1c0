package io.i2kit.apiserver.storage;

import static io.i2kit.apiserver.storage.Objects.delete;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Runs random operations of many threads and checks that the answers are those of one thread that did them one after the other,
 * each somewhere between its call and its answer. The revisions give that order, so the check is a walk, not a search.
 */
public abstract class HistoryCheckTest extends WatchContractTest {
    private static final int THREADS = 8;
    private static final int OPERATIONS = 150;
    private static final int KEYS = 6;

    /**
     * One operation.
     *
     * @param expected of a write, or -1
     * @param revision that it wrote, found, or was refused for; 0 when the object was absent
     */
    private record Operation(Kind kind, ObjectKey key, long expected, long revision, long called, long answered) {}

    private enum Kind {
        PUT,
        DELETE,
        GET,
        REFUSED
    }

    @Test
    void answersAreThoseOfOneOrder() throws InterruptedException {
        long seed = System.nanoTime();
        List<Operation> history = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed + t);
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    history.add(operate(random));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        check(history, seed);
        reopen();
        checkFinalState(history, seed);
    }

    private Operation operate(Random random) {
        ObjectKey key = pod("a", "p" + random.nextInt(KEYS));
        long called = System.nanoTime();
        StoredObject found = storage.get(key);
        long revision = found == null ? 0 : found.revision();
        long answered = System.nanoTime();
        int choice = random.nextInt(10);
        if (choice < 3) {
            return new Operation(Kind.GET, key, -1, revision, called, answered);
        }
        boolean deletes = choice < 5 && revision != 0;
        called = System.nanoTime();
        try {
            long written = Objects.commit(storage, deletes ? delete(key, revision) : put(key, revision, "x"))
                    .revision();
            return new Operation(deletes ? Kind.DELETE : Kind.PUT, key, revision, written, called, System.nanoTime());
        } catch (StorageException.Conflict e) {
            return new Operation(Kind.REFUSED, key, revision, e.actualRevision(), called, System.nanoTime());
        }
    }

    /** The writes of each key by revision, beginning with its absence. */
    private static Map<ObjectKey, TreeMap<Long, Operation>> writes(List<Operation> history) {
        Map<ObjectKey, TreeMap<Long, Operation>> writes = new HashMap<>();
        for (Operation operation : history) {
            if (operation.kind() == Kind.PUT || operation.kind() == Kind.DELETE) {
                writes.computeIfAbsent(operation.key(), any -> new TreeMap<>()).put(operation.revision(), operation);
            }
        }
        return writes;
    }

    private static void check(List<Operation> history, long seed) {
        Map<ObjectKey, TreeMap<Long, Operation>> writes = writes(history);
        List<Operation> inOrder = writes.values().stream()
                .flatMap(ofKey -> ofKey.values().stream())
                .sorted(Comparator.comparingLong(Operation::revision))
                .toList();
        assertThat(inOrder).as("seed %d", seed).hasSizeGreaterThan(THREADS * OPERATIONS / 10);
        long latestCall = Long.MIN_VALUE;
        for (Operation write : inOrder) {
            assertThat(write.answered())
                    .as("seed %d: %s came after one called later", seed, write)
                    .isGreaterThan(latestCall);
            latestCall = Math.max(latestCall, write.called());
            TreeMap<Long, Operation> ofKey = writes.getOrDefault(write.key(), new TreeMap<>());
            Map.Entry<Long, Operation> before = ofKey.lowerEntry(write.revision());
            assertThat(write.expected())
                    .as("seed %d: %s", seed, write)
                    .isEqualTo(before == null || before.getValue().kind() == Kind.DELETE ? 0 : before.getKey());
        }
        for (Operation read : history) {
            if (read.kind() == Kind.GET || read.kind() == Kind.REFUSED) {
                assertThat(wasSo(read, writes.getOrDefault(read.key(), new TreeMap<>())))
                        .as("seed %d: %s", seed, read)
                        .isTrue();
            }
        }
    }

    /** Whether the object had that revision (or was absent) at some moment between call and answer. */
    private static boolean wasSo(Operation read, TreeMap<Long, Operation> writes) {
        if (read.revision() != 0) {
            Operation write = writes.get(read.revision());
            return write != null && overlaps(read, write, next(writes, read.revision()));
        }
        if (overlaps(read, null, writes.isEmpty() ? null : writes.firstEntry().getValue())) {
            return true;
        }
        return writes.values().stream()
                .filter(write -> write.kind() == Kind.DELETE)
                .anyMatch(write -> overlaps(read, write, next(writes, write.revision())));
    }

    private static @Nullable Operation next(TreeMap<Long, Operation> writes, long revision) {
        Map.Entry<Long, Operation> entry = writes.higherEntry(revision);
        return entry == null ? null : entry.getValue();
    }

    private static boolean overlaps(Operation read, @Nullable Operation from, @Nullable Operation until) {
        return (from == null || from.called() < read.answered()) && (until == null || until.answered() > read.called());
    }

    private void checkFinalState(List<Operation> history, long seed) {
        writes(history).forEach((key, ofKey) -> {
            Operation last = ofKey.lastEntry().getValue();
            StoredObject found = storage.get(key);
            assertThat(found == null ? 0 : found.revision())
                    .as("seed %d: %s", seed, key)
                    .isEqualTo(last.kind() == Kind.DELETE ? 0 : last.revision());
        });
    }
}
