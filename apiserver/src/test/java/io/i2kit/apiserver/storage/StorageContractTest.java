package io.i2kit.apiserver.storage;

import static io.i2kit.apiserver.storage.Objects.await;
import static io.i2kit.apiserver.storage.Objects.commit;
import static io.i2kit.apiserver.storage.Objects.data;
import static io.i2kit.apiserver.storage.Objects.delete;
import static io.i2kit.apiserver.storage.Objects.json;
import static io.i2kit.apiserver.storage.Objects.pod;
import static io.i2kit.apiserver.storage.Objects.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.i2kit.apiserver.storage.Storage.ListPage;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do: single and joined writes, lists and their pages, times to live, records, restarts. */
public abstract class StorageContractTest {
    /** How long engines keep history. */
    protected static final Duration HISTORY = Duration.ofMinutes(5);

    protected final ManualClock clock = new ManualClock();

    @TempDir
    protected Path directory;

    protected Storage storage;

    /** Opens the engine on a folder; what was there before is there again. */
    protected abstract Storage open(Path folder, ManualClock time);

    /** Lets the engine act on the clock now: end what outlived its time, forget old history, tell progress. */
    protected abstract void housekeep(Storage engine);

    /** A folder as it would be found had the machine died now. */
    protected abstract Path afterPowerLoss();

    @BeforeEach
    void openStorage() {
        storage = open(directory, clock);
    }

    @AfterEach
    void closeStorage() {
        storage.close();
    }

    protected void reopen() {
        storage.close();
        storage = open(directory, clock);
    }

    protected void advance(Duration time) {
        clock.advance(time);
        housekeep(storage);
    }

    private ListPage list(String namespace, int limit, @Nullable ObjectKey after, long revision) {
        return storage.list(new ListRequest(Objects.PODS, namespace, limit, after, revision));
    }

    private static List<String> names(ListPage page) {
        return page.objects().stream()
                .map(object -> object.key().namespace() + "/" + object.key().name())
                .toList();
    }

    @Test
    void createsReadsReplacesAndDeletes() {
        ObjectKey key = pod("a", "one");
        assertThat(storage.get(key)).isNull();
        StoredObject created = commit(storage, put(key, 0, "first"));
        assertThat(created.key()).isEqualTo(key);
        assertThat(json(created)).contains("\"resourceVersion\":\"" + created.revision() + "\"");
        assertThat(storage.get(key)).isEqualTo(created);
        assertThat(storage.revision()).isEqualTo(created.revision());

        StoredObject replaced = commit(storage, put(key, created.revision(), "second"));
        assertThat(replaced.revision()).isGreaterThan(created.revision());
        assertThat(data(storage.get(key))).isEqualTo("second");

        StoredObject deleted = commit(storage, delete(key, replaced.revision()));
        assertThat(deleted.revision()).isGreaterThan(replaced.revision());
        assertThat(storage.get(key)).isNull();
        assertThat(storage.revision()).isEqualTo(deleted.revision());
    }

    @Test
    void refusesWritesWhoseExpectationDoesNotHold() {
        ObjectKey key = pod("a", "one");
        long revision = commit(storage, put(key, 0, "first")).revision();
        for (Write wrong : List.of(
                put(key, 0, "again"), put(key, revision + 1, "ahead"), delete(key, revision - 1), delete(key, 0))) {
            StorageException.Conflict conflict =
                    catchThrowableOfType(StorageException.Conflict.class, () -> commit(storage, wrong));
            assertThat(conflict.key()).isEqualTo(key);
            assertThat(conflict.actualRevision()).isEqualTo(revision);
        }
        ObjectKey absent = pod("a", "absent");
        for (Write wrong : List.of(put(absent, revision, "x"), delete(absent, Write.ANY_REVISION), delete(absent, 0))) {
            StorageException.Conflict conflict =
                    catchThrowableOfType(StorageException.Conflict.class, () -> commit(storage, wrong));
            assertThat(conflict.actualRevision()).isZero();
        }
        assertThat(data(storage.get(key))).isEqualTo("first");
        assertThat(storage.revision()).isEqualTo(revision);
    }

    @Test
    void anyRevisionTakesWhateverIsThere() {
        ObjectKey key = pod("a", "one");
        commit(storage, put(key, Write.ANY_REVISION, "first"));
        commit(storage, put(key, Write.ANY_REVISION, "second"));
        assertThat(data(storage.get(key))).isEqualTo("second");
        commit(storage, delete(key, Write.ANY_REVISION));
        assertThat(storage.get(key)).isNull();
    }

    @Test
    void appliesAllPartsOfATransactionOrNone() {
        ObjectKey one = pod("a", "one");
        ObjectKey two = pod("a", "two");
        long before = storage.revision();
        assertThatThrownBy(() -> await(storage.commit(
                        List.of(put(one, 0, "x"), new Write.PutRecord("work/1", new byte[] {1}), put(two, 99, "y")))))
                .isInstanceOf(StorageException.Conflict.class);
        assertThat(storage.get(one)).isNull();
        assertThat(storage.getRecord("work/1")).isNull();
        assertThat(storage.revision()).isEqualTo(before);

        List<StoredObject> written = await(storage.commit(
                List.of(put(one, 0, "x"), new Write.PutRecord("work/1", new byte[] {1}), put(two, 0, "y"))));
        assertThat(written).extracting(StoredObject::key).containsExactly(one, two);
        assertThat(written.get(1).revision()).isEqualTo(written.get(0).revision() + 1);
        assertThat(storage.getRecord("work/1")).containsExactly(1);
    }

    @Test
    void laterPartsSeeEarlierOnesOfTheSameTransaction() {
        ObjectKey key = pod("a", "one");
        List<StoredObject> written =
                await(storage.commit(List.of(put(key, 0, "x"), delete(key, Write.ANY_REVISION), put(key, 0, "y"))));
        assertThat(written).hasSize(3);
        assertThat(data(storage.get(key))).isEqualTo("y");
    }

    @Test
    void aBodyThatFailsFailsItsTransactionOnly() {
        ObjectKey bad = pod("a", "bad");
        ObjectKey good = pod("a", "good");
        Write failing = new Write.Put(
                bad,
                0,
                revision -> {
                    throw new IllegalStateException("no body");
                },
                null);
        CompletableFuture<List<StoredObject>> failed = storage.commit(List.of(put(good, 0, "lost"), failing));
        CompletableFuture<List<StoredObject>> kept = storage.commit(List.of(put(good, 0, "kept")));
        assertThatThrownBy(() -> await(failed)).hasRootCauseMessage("no body");
        assertThat(data(await(kept).getFirst())).isEqualTo("kept");
    }

    @Test
    void listsInKeyOrderByNamespace() {
        for (String name : List.of("b/one", "a/two", "a/one", "a-b/one", "ab/one", "b/a.one")) {
            String[] parts = name.split("/");
            commit(storage, put(pod(parts[0], parts[1]), 0, name));
        }
        commit(storage, put(new ObjectKey("apps/deployments", "a", "one"), 0, "other"));
        ListPage all = list("", 0, null, 0);
        assertThat(names(all)).containsExactly("a/one", "a/two", "a-b/one", "ab/one", "b/a.one", "b/one");
        assertThat(all.revision()).isEqualTo(storage.revision());
        assertThat(all.more()).isFalse();
        assertThat(names(list("a", 0, null, 0))).containsExactly("a/one", "a/two");
        assertThat(names(list("b", 1, null, 0))).containsExactly("b/a.one");
        assertThat(names(list("absent", 0, null, 0))).isEmpty();
        assertThat(storage.list(new ListRequest("absent", "", 0, null, 0)).objects())
                .isEmpty();
    }

    @Test
    void pagesAreOfTheFirstPagesRevision() {
        for (int i = 0; i < 10; i++) {
            commit(storage, put(pod("a", "p" + i), 0, "old"));
        }
        ListPage first = list("", 4, null, 0);
        assertThat(names(first)).containsExactly("a/p0", "a/p1", "a/p2", "a/p3");
        assertThat(first.more()).isTrue();
        assertThat(first.remaining()).isEqualTo(6);
        commit(storage, put(pod("a", "p45"), 0, "new"));
        commit(storage, put(pod("a", "p5"), Write.ANY_REVISION, "new"));
        commit(storage, put(pod("a", "p5"), Write.ANY_REVISION, "newer"));
        commit(storage, delete(pod("a", "p6"), Write.ANY_REVISION));
        commit(storage, put(pod("a", "p6"), 0, "again"));
        commit(storage, delete(pod("a", "p7"), Write.ANY_REVISION));

        ListPage second = list("", 4, first.objects().getLast().key(), first.revision());
        assertThat(names(second)).containsExactly("a/p4", "a/p5", "a/p6", "a/p7");
        assertThat(second.objects()).extracting(Objects::data).containsOnly("old");
        assertThat(second.revision()).isEqualTo(first.revision());
        assertThat(second.remaining()).isIn(2L, -1L);
        ListPage third = list("", 4, second.objects().getLast().key(), first.revision());
        assertThat(names(third)).containsExactly("a/p8", "a/p9");
        assertThat(third.more()).isFalse();
        assertThat(names(list("", 0, null, 0)))
                .containsExactly("a/p0", "a/p1", "a/p2", "a/p3", "a/p4", "a/p45", "a/p5", "a/p6", "a/p8", "a/p9");
    }

    @Test
    void aPageGoesOnBehindAKeyThatIsGone() {
        for (int i = 0; i < 4; i++) {
            commit(storage, put(pod("a", "p" + i), 0, "x"));
        }
        commit(storage, delete(pod("a", "p1"), Write.ANY_REVISION));
        assertThat(names(list("a", 2, pod("a", "p1"), 0))).containsExactly("a/p2", "a/p3");
        assertThat(names(list("a", 2, pod("a", "p9"), 0))).isEmpty();
        assertThat(names(list("a", 0, pod("a", ""), 0))).containsExactly("a/p0", "a/p2", "a/p3");
    }

    @Test
    void oldSnapshotsAreReadableForTheLengthOfTheHistoryAndThenCompacted() {
        ObjectKey key = pod("a", "one");
        long old = commit(storage, put(key, 0, "old")).revision();
        advance(Duration.ofMinutes(1));
        commit(storage, put(key, old, "new"));
        advance(HISTORY.minusMinutes(2));
        assertThat(data(list("", 0, null, old).objects().getFirst())).isEqualTo("old");
        reopen();
        assertThat(data(list("", 0, null, old).objects().getFirst())).isEqualTo("old");
        advance(Duration.ofMinutes(3));
        StorageException.Compacted compacted =
                catchThrowableOfType(StorageException.Compacted.class, () -> list("", 0, null, old));
        assertThat(compacted.oldest()).isEqualTo(storage.revision());
        assertThatThrownBy(() -> storage.watch(Objects.PODS, "", old, new RecordingListener()))
                .isInstanceOf(StorageException.Compacted.class);
        assertThat(data(list("", 0, null, storage.revision()).objects().getFirst()))
                .isEqualTo("new");
        reopen();
        assertThatThrownBy(() -> list("", 0, null, old)).isInstanceOf(StorageException.Compacted.class);
        assertThat(data(storage.get(key))).isEqualTo("new");
    }

    @Test
    void aRevisionOfTheFutureIsRefused() {
        long ahead = storage.revision() + 1;
        assertThatThrownBy(() -> list("", 0, null, ahead)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void objectsWithATimeToLiveVanishWithAnEvent() {
        ObjectKey key = pod("a", "event");
        RecordingListener listener = new RecordingListener();
        try (Storage.Watch watch = storage.watch(Objects.PODS, "", storage.revision(), listener)) {
            StoredObject first = commit(storage, put(key, 0, "first", Duration.ofHours(1)));
            advance(Duration.ofMinutes(59));
            assertThat(storage.get(key)).isEqualTo(first);
            StoredObject renewed = commit(storage, put(key, first.revision(), "renewed", Duration.ofHours(1)));
            advance(Duration.ofMinutes(59));
            assertThat(storage.get(key)).isEqualTo(renewed);
            advance(Duration.ofMinutes(2));
            WatchEvent end = listener.awaitEvents(3).getLast();
            assertThat(end.type()).isEqualTo(WatchEvent.Type.DELETED);
            assertThat(data(end.object())).isEqualTo("renewed");
            assertThat(json(end.object()))
                    .contains("\"resourceVersion\":\"" + end.object().revision() + "\"")
                    .contains("\"resourceVersion\":\"no\"");
            assertThat(storage.get(key)).isNull();
        }
    }

    @Test
    void anObjectMayGainAndLoseItsTimeToLive() {
        ObjectKey key = pod("a", "one");
        commit(storage, put(key, Write.ANY_REVISION, "kept"));
        commit(storage, put(key, Write.ANY_REVISION, "passing", Duration.ofHours(1)));
        reopen();
        assertThat(data(storage.get(key))).isEqualTo("passing");
        commit(storage, put(key, Write.ANY_REVISION, "kept again"));
        advance(Duration.ofHours(2));
        reopen();
        assertThat(data(storage.get(key))).isEqualTo("kept again");
        commit(storage, put(key, Write.ANY_REVISION, "passing", Duration.ofHours(1)));
        commit(storage, delete(key, Write.ANY_REVISION));
        reopen();
        assertThat(storage.get(key)).isNull();
    }

    @Test
    void recordsAreKeptAndListedByPrefix() {
        await(storage.commit(List.of(
                new Write.PutRecord("work/a", new byte[] {1}),
                new Write.PutRecord("work/b", new byte[] {2}),
                new Write.PutRecord("workers", new byte[] {3}))));
        long revision = storage.revision();
        assertThat(storage.listRecords("work/")).containsOnlyKeys("work/a", "work/b");
        await(storage.commit(List.of(new Write.DeleteRecord("work/a"), new Write.PutRecord("work/b", new byte[] {4}))));
        assertThat(storage.revision()).isEqualTo(revision);
        reopen();
        Map<String, byte[]> records = storage.listRecords("work");
        assertThat(records).containsOnlyKeys("work/b", "workers");
        assertThat(records.get("work/b")).containsExactly(4);
        assertThat(storage.getRecord("absent")).isNull();
    }

    @Test
    void everythingIsThereAfterReopening() {
        List<StoredObject> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(commit(storage, put(pod("a", "p" + i), 0, "x".repeat(i * 5000))));
        }
        commit(storage, delete(written.getFirst().key(), Write.ANY_REVISION));
        long revision = storage.revision();
        reopen();
        assertThat(storage.revision()).isEqualTo(revision);
        assertThat(storage.get(written.getFirst().key())).isNull();
        for (StoredObject object : written.subList(1, 50)) {
            assertThat(json(storage.get(object.key()))).isEqualTo(json(object));
        }
        assertThat(list("", 0, null, 0).objects()).hasSize(49);
        assertThat(commit(storage, put(pod("a", "next"), 0, "x")).revision()).isEqualTo(revision + 1);
    }

    @Test
    void whatWasAcknowledgedSurvivesAPowerLossAndRevisionsAreNotUsedAgain() {
        StoredObject durable = commit(storage, put(pod("a", "durable"), 0, "x"));
        await(storage.commit(List.of(new Write.PutRecord("work", new byte[] {7}))));
        Path durableOnly = afterPowerLoss();
        StoredObject ephemeral = commit(storage, put(pod("a", "event"), 0, "x", Duration.ofHours(1)));
        try (Storage after = open(durableOnly, clock)) {
            assertThat(json(after.get(durable.key()))).isEqualTo(json(durable));
            assertThat(after.getRecord("work")).containsExactly(7);
            assertThat(after.revision()).isGreaterThanOrEqualTo(ephemeral.revision());
            assertThat(commit(after, put(pod("a", "event"), 0, "y")).revision()).isGreaterThan(ephemeral.revision());
        }
    }

    @Test
    void aWatchOfEphemeralObjectsDoesNotHideWhatAPowerLossTook() {
        ObjectKey event = new ObjectKey("events", "a", "one");
        commit(storage, put(new ObjectKey("events", "a", "zero"), 0, "x", Duration.ofHours(1)));
        commit(storage, put(pod("a", "durable"), 0, "x"));
        Path durableOnly = afterPowerLoss();
        long seen = commit(storage, put(event, 0, "x", Duration.ofHours(1))).revision();
        try (Storage after = open(durableOnly, clock)) {
            assertThat(after.get(event)).isNull();
            assertThatThrownBy(() -> after.watch("events", "", seen, new RecordingListener()))
                    .isInstanceOf(StorageException.Compacted.class);
            after.watch(Objects.PODS, "", seen, new RecordingListener()).close();
        }
    }

    @Test
    void aClosedStoreSaysSo() {
        storage.close();
        assertThatThrownBy(() -> commit(storage, put(pod("a", "one"), 0, "x")))
                .isInstanceOf(StorageException.Unavailable.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> storage.watch(Objects.PODS, "", storage.revision(), new RecordingListener()))
                .isInstanceOf(StorageException.Unavailable.class);
    }
}
