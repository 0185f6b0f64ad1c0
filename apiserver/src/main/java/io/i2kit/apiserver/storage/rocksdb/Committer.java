package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.WatchEvent;
import io.i2kit.apiserver.storage.WatchHub;
import io.i2kit.apiserver.storage.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes all transactions that wait, writes them in one go, waits for the disk once, makes them
 * visible, and only then answers. While the disk works, the next group gathers: that is the whole batching policy.
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int WAITING_TRANSACTIONS = 16_384;
    private static final int TRANSACTIONS_A_GROUP = 512;
    private static final Duration RECOVERY_INTERVAL = Duration.ofSeconds(1);

    private final LiveState state;
    private final GroupWriter writer;
    private final ChangeLog changeLog;
    private final WatchHub hub;
    private final RocksSettings settings;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING_TRANSACTIONS);
    private final Executor answers =
            task -> Thread.ofVirtual().name("commit-answer").start(task);
    private final Thread thread;
    private volatile boolean closing;
    private long revision;
    /** The groups whose fate on disk is unknown; they are undone before anything else is written. */
    private final List<Group> failed = new ArrayList<>();

    private long nextRecoveryNanos;
    private String lastFailure = "";

    private record Waiting(List<Write> writes, CompletableFuture<List<StoredObject>> future) {}

    private record Answer(
            Waiting waiting,
            @Nullable List<StoredObject> objects,
            @Nullable RuntimeException error) {}

    Committer(LiveState state, GroupWriter writer, ChangeLog changeLog, WatchHub hub, RocksSettings settings) {
        this.state = state;
        this.writer = writer;
        this.changeLog = changeLog;
        this.hub = hub;
        this.settings = settings;
        this.revision = state.revision();
        this.thread = Thread.ofPlatform().name("storage-committer").daemon().start(this::run);
    }

    CompletableFuture<List<StoredObject>> commit(List<Write> writes) {
        CompletableFuture<List<StoredObject>> future = new CompletableFuture<>();
        if (closing) {
            future.completeExceptionally(closed());
        } else if (!queue.offer(new Waiting(List.copyOf(writes), future))) {
            future.completeExceptionally(new StorageException.Unavailable("too many writes are waiting", null));
        } else if (closing) {
            failWaiting(); // the thread may have ended between the two looks
        }
        return future;
    }

    /** Writes what waits, then ends; true when everything that was written is known to be on disk. */
    boolean close() {
        closing = true;
        boolean joined = false;
        while (!joined) {
            try {
                thread.join();
                joined = true;
            } catch (InterruptedException e) {
                LOG.debug("Interrupted while closing; going on");
            }
        }
        failWaiting();
        return failed.isEmpty();
    }

    private void run() {
        List<Waiting> waiting = new ArrayList<>();
        while (true) {
            try {
                Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (closing) {
                        return;
                    }
                    continue;
                }
                waiting.add(first);
                queue.drainTo(waiting, TRANSACTIONS_A_GROUP - 1);
                process(waiting);
            } catch (InterruptedException e) {
                LOG.debug("Interrupted; only closing ends the committer");
            } finally {
                waiting.clear();
            }
        }
    }

    private void process(List<Waiting> waiting) {
        try {
            recover();
            Group group = new Group(
                    state,
                    revision,
                    this::load,
                    settings.memory().objectBytes(),
                    settings.clock().instant().toEpochMilli());
            List<Answer> results =
                    waiting.stream().map(each -> judge(group, each)).toList();
            write(group);
            results.forEach(this::answer);
        } catch (RocksDBException | RuntimeException e) {
            RuntimeException error = new StorageException.Unavailable(String.valueOf(e.getMessage()), e);
            waiting.forEach(each -> answer(new Answer(each, null, error)));
        }
    }

    private static Answer judge(Group group, Waiting waiting) {
        try {
            return new Answer(waiting, group.add(waiting.writes()), null);
        } catch (RuntimeException e) {
            return new Answer(waiting, null, e);
        }
    }

    private void write(Group group) throws RocksDBException {
        if (group.isEmpty()) {
            return;
        }
        revision = group.revision(); // also when it fails: these revisions may be on disk and are not used again
        try {
            changeLog.appended(writer.write(group));
        } catch (RocksDBException | RuntimeException e) {
            LOG.error("The store cannot write; it tries to recover each {}", RECOVERY_INTERVAL, e);
            failed.add(group);
            lastFailure = String.valueOf(e.getMessage());
            nextRecoveryNanos = System.nanoTime() + RECOVERY_INTERVAL.toNanos();
            throw e;
        }
        state.apply(group.steps(), group.records(), revision);
        List<WatchEvent> events = group.steps().stream().map(Group.Step::event).toList();
        hub.append(events);
    }

    private void recover() throws RocksDBException {
        if (failed.isEmpty()) {
            return;
        }
        if (System.nanoTime() - nextRecoveryNanos < 0) {
            throw new StorageException.Unavailable(lastFailure, null);
        }
        nextRecoveryNanos = System.nanoTime() + RECOVERY_INTERVAL.toNanos();
        writer.undo(failed);
        failed.clear();
        LOG.info("The store writes again");
    }

    private StoredObject load(Live live) {
        StoredObject object = changeLog.version(live.key(), live.revision(), live.family());
        if (object == null) {
            throw new StorageException.Unavailable(live.key() + " is missing on disk", null);
        }
        return object;
    }

    private void answer(Answer answer) {
        answers.execute(() -> {
            if (answer.objects() != null) {
                answer.waiting().future().complete(answer.objects());
            } else if (answer.error() != null) {
                answer.waiting().future().completeExceptionally(answer.error());
            }
        });
    }

    private void failWaiting() {
        List<Waiting> rest = new ArrayList<>();
        queue.drainTo(rest);
        rest.forEach(each -> each.future().completeExceptionally(closed()));
    }

    private static StorageException closed() {
        return new StorageException.Unavailable("the store is closed", null);
    }
}
