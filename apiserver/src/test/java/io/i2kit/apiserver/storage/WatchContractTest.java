package io.i2kit.apiserver.storage;

import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.data;
import static io.i2kit.apiserver.storage.Objects.delete;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.storage.Storage.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every engine's watches must do. */
public abstract class WatchContractTest extends StorageContractTest {
    private Watch watch(String namespace, long from, RecordingListener listener) {
        return storage.watch(Objects.PODS, namespace, from, listener);
    }

    private static List<Long> revisions(List<WatchEvent> events) {
        return events.stream().map(event -> event.object().revision()).toList();
    }

    @Test
    void tellsEachChangeWithTheStateBefore() {
        ObjectKey key = pod("a", "one");
        RecordingListener listener = new RecordingListener();
        try (Watch watch = watch("", storage.revision(), listener)) {
            StoredObject created = commit(storage, put(key, 0, "first"));
            StoredObject changed = commit(storage, put(key, created.revision(), "second"));
            StoredObject deleted = commit(storage, delete(key, changed.revision()));
            assertThat(listener.awaitEvents(3))
                    .containsExactly(
                            new WatchEvent(WatchEvent.Type.ADDED, created, null),
                            new WatchEvent(WatchEvent.Type.MODIFIED, changed, created),
                            new WatchEvent(WatchEvent.Type.DELETED, deleted, changed));
        }
    }

    @Test
    void startsBehindTheGivenRevisionAlsoAfterReopening() {
        List<Long> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            written.add(commit(storage, put(pod("a", "p" + i % 5), Write.ANY_REVISION, "v" + i))
                    .revision());
        }
        for (boolean reopened : new boolean[] {false, true}) {
            if (reopened) {
                reopen();
            }
            RecordingListener listener = new RecordingListener();
            try (Watch watch = watch("", written.get(7), listener)) {
                List<WatchEvent> events = listener.awaitEvents(12);
                assertThat(revisions(events)).isEqualTo(written.subList(8, 20));
                assertThat(data(events.getLast().object())).isEqualTo("v19");
                assertThat(data(events.getLast().previous())).isEqualTo("v14");
            }
        }
    }

    @Test
    void tellsOnlyItsNamespaceAndResource() {
        RecordingListener ofA = new RecordingListener();
        RecordingListener ofAll = new RecordingListener();
        try (Watch one = watch("a", storage.revision(), ofA);
                Watch two = watch("", storage.revision(), ofAll)) {
            commit(storage, put(pod("a", "one"), 0, "x"));
            commit(storage, put(pod("b", "one"), 0, "x"));
            commit(storage, put(pod("a-b", "one"), 0, "x"));
            commit(storage, put(new ObjectKey("secrets", "a", "one"), 0, "x"));
            commit(storage, put(pod("a", "two"), 0, "x"));
            assertThat(ofA.awaitEvents(2))
                    .extracting(event -> event.object().key().name())
                    .containsExactly("one", "two");
            assertThat(ofAll.awaitEvents(4)).hasSize(4);
        }
    }

    @Test
    void losesAndRepeatsNothingUnderConcurrentWriters() throws InterruptedException {
        long seed = System.nanoTime();
        RecordingListener fromStart = new RecordingListener();
        List<RecordingListener> later = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        List<Watch> watches = new ArrayList<>();
        watches.add(watch("", storage.revision(), fromStart));
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 8; w++) {
            int writer = w;
            writers.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < 100; i++) {
                    commit(storage, put(pod("a", "w" + writer + "-" + i % 7), Write.ANY_REVISION, "x"));
                }
            }));
        }
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            fromStart.awaitEvents(70 * i);
            long from = random.nextBoolean() ? storage.revision() : 1 + random.nextLong(storage.revision());
            RecordingListener listener = new RecordingListener();
            starts.add(from);
            later.add(listener);
            watches.add(watch("", from, listener));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        List<Long> all = revisions(fromStart.awaitEvents(800));
        assertThat(all).hasSize(800).isSorted().doesNotHaveDuplicates();
        for (int i = 0; i < later.size(); i++) {
            long from = starts.get(i);
            List<Long> expected =
                    all.stream().filter(revision -> revision > from).toList();
            assertThat(revisions(later.get(i).awaitEvents(expected.size())))
                    .as("seed %d, watch from %d", seed, from)
                    .isEqualTo(expected);
        }
        watches.forEach(Watch::close);
    }

    @Test
    void holdsEventsBackWhilePaused() {
        RecordingListener listener = new RecordingListener();
        RecordingListener other = new RecordingListener();
        try (Watch watch = watch("", storage.revision(), listener);
                Watch second = watch("", storage.revision(), other)) {
            watch.pause();
            for (int i = 0; i < 50; i++) {
                commit(storage, put(pod("a", "p" + i), 0, "x"));
            }
            other.awaitEvents(50);
            assertThat(listener.events()).isEmpty();
            watch.resume();
            assertThat(listener.awaitEvents(50)).isEqualTo(other.events());
        }
    }

    @Test
    void endsAWatchThatFallsBehindTheHistoryAndNoOther() {
        RecordingListener slow = new RecordingListener();
        RecordingListener quick = new RecordingListener();
        try (Watch watch = watch("", storage.revision(), slow);
                Watch second = watch("", storage.revision(), quick)) {
            watch.pause();
            commit(storage, put(pod("a", "one"), 0, "x".repeat(30_000)));
            for (int i = 0; i < 400; i++) {
                commit(storage, put(pod("a", "p" + i % 10), Write.ANY_REVISION, "x".repeat(30_000)));
            }
            quick.awaitEvents(401);
            advance(HISTORY.plusMinutes(1));
            commit(storage, put(pod("a", "two"), 0, "x"));
            watch.resume();
            assertThat(slow.awaitEnd()).isInstanceOf(StorageException.TooSlow.class);
            assertThat(quick.awaitEvents(402)).hasSize(402);
        }
    }

    @Test
    void anIdleWatchOutlivesItsHistory() {
        RecordingListener listener = new RecordingListener();
        commit(storage, put(new ObjectKey("secrets", "a", "s"), 0, "x"));
        try (Watch watch = watch("", storage.revision(), listener)) {
            commit(storage, put(pod("a", "one"), 0, "x"));
            listener.awaitEvents(1);
            for (int i = 0; i < 400; i++) {
                commit(storage, put(new ObjectKey("secrets", "a", "s"), Write.ANY_REVISION, "x".repeat(30_000)));
            }
            advance(HISTORY.plusMinutes(1));
            commit(storage, put(pod("a", "two"), 0, "x"));
            assertThat(listener.awaitEvents(2)).hasSize(2);
        }
    }

    @Test
    void tellsProgressOfQuietWatches() {
        RecordingListener listener = new RecordingListener();
        try (Watch watch = watch("", storage.revision(), listener)) {
            long revision = commit(storage, put(new ObjectKey("secrets", "a", "one"), 0, "x"))
                    .revision();
            advance(Duration.ofMinutes(1));
            assertThat(listener.awaitProgress(revision)).isGreaterThanOrEqualTo(revision);
            assertThat(listener.events()).isEmpty();
        }
    }

    @Test
    void closingTheStoreEndsItsWatches() {
        RecordingListener listener = new RecordingListener();
        watch("", storage.revision(), listener);
        storage.close();
        assertThat(listener.awaitEnd()).isInstanceOf(StorageException.Unavailable.class);
    }
}
