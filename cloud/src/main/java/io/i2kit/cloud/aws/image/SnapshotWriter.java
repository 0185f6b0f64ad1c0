package io.i2kit.cloud.aws.image;

import io.i2kit.cloud.aws.image.MachineImageApi.Snapshot;
import io.i2kit.cloud.aws.image.MachineImageApi.SnapshotState;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a disk as a snapshot: many blocks at once, each tried again, going on where another server stopped. */
final class SnapshotWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

    private final MachineImageApi api;
    private final Timings timings;
    private final InstantSource clock;

    /**
     * How long things may take.
     *
     * @param blocksAtOnce also bounds memory: 512 KiB each
     * @param unseen for how long a snapshot that was just started may answer that it does not exist; two minutes by the EBS User Guide
     * @param pause between two tries and two looks
     * @param patience for AWS to store a snapshot, or to make an image available
     */
    record Timings(int blocksAtOnce, Duration unseen, Duration pause, Duration patience) {
        static Timings customary() {
            return new Timings(16, Duration.ofMinutes(2), Duration.ofSeconds(2), Duration.ofMinutes(30));
        }
    }

    SnapshotWriter(MachineImageApi api, Timings timings, InstantSource clock) {
        this.api = api;
        this.timings = timings;
        this.clock = clock;
    }

    /**
     * The snapshot of a disk with these tags, completed: found, gone on with, or written anew.
     *
     * @param tags say which content it is; no other snapshot has them all
     * @throws CloudException what AWS refused; a started snapshot stays for the next try, unless AWS gave it up
     * @throws IOException when the disk or the journal cannot be read or written
     */
    String write(DiskBlocks disk, String description, Map<String, String> tags, UploadJournal journal)
            throws IOException, InterruptedException {
        Optional<Snapshot> found = find(tags);
        if (found.isPresent() && found.get().state() == SnapshotState.COMPLETED) {
            journal.delete();
            return found.get().id();
        }
        @Nullable String id = found.map(Snapshot::id).orElse(null);
        if (id == null) {
            if (journal.snapshotId() != null) {
                // The one it tells of is gone or failed; its token would give it again.
                journal.startOver();
            }
            id = api.startSnapshot(journal.token(), disk.gibibytes(), description, tags);
        }
        journal.started(id);
        if (!journal.isCompleting()) {
            putBlocks(id, disk, journal);
            journal.completing();
        }
        complete(id, disk, tags);
        journal.delete();
        return id;
    }

    /** A whole one before one that is under way; those that AWS gave up are removed. */
    private Optional<Snapshot> find(Map<String, String> tags) {
        Optional<Snapshot> best = Optional.empty();
        for (Snapshot one : api.snapshots(tags)) {
            switch (one.state()) {
                case COMPLETED -> best = Optional.of(one);
                case PENDING -> best = best.isPresent() ? best : Optional.of(one);
                case ERROR -> api.deleteSnapshot(one.id());
            }
        }
        return best;
    }

    private void putBlocks(String id, DiskBlocks disk, UploadJournal journal) throws IOException, InterruptedException {
        Instant unseenUntil = clock.instant().plus(timings.unseen());
        Semaphore atOnce = new Semaphore(timings.blocksAtOnce());
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int index : disk.hashes().keySet()) {
                    if (!journal.isWritten(index, disk.hash(index))) {
                        atOnce.acquire();
                        running.add(workers.submit(() -> {
                            try {
                                putBlock(id, disk, index, unseenUntil);
                                journal.written(index, disk.hash(index));
                            } finally {
                                atOnce.release();
                            }
                            return null;
                        }));
                        throwFirstFailure(running, false);
                    }
                }
                throwFirstFailure(running, true);
            } finally {
                workers.shutdownNow();
            }
        }
    }

    private void putBlock(String id, DiskBlocks disk, int index, Instant unseenUntil)
            throws IOException, InterruptedException {
        byte[] content = disk.content(index);
        while (true) {
            try {
                api.putBlock(id, index, content, disk.hash(index));
                return;
            } catch (CloudException.NotFound e) {
                if (clock.instant().isAfter(unseenUntil)) {
                    throw e;
                }
                LOG.debug("snapshot {} is not seen yet", id);
                Thread.sleep(timings.pause());
            }
        }
    }

    /** @param all waits for those that run; else only those that have ended are looked at */
    private static void throwFirstFailure(List<Future<?>> running, boolean all)
            throws IOException, InterruptedException {
        for (Future<?> one : running) {
            if (all || one.isDone()) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case IOException io -> throw io;
                        case InterruptedException interrupted -> throw interrupted;
                        case RuntimeException refusal -> throw refusal;
                        case null, default -> throw new IllegalStateException(e);
                    }
                }
            }
        }
        running.removeIf(Future::isDone);
    }

    private void complete(String id, DiskBlocks disk, Map<String, String> tags) throws InterruptedException {
        try {
            api.completeSnapshot(id, disk.hashes().size(), disk.linearHash());
        } catch (CloudException.Invalid e) {
            // Either the checksum is wrong, or an earlier call whose answer was lost has done it.
            LOG.debug("completing {} was refused", id, e);
            if (!isCompleted(id, tags, timings.unseen())) {
                api.deleteSnapshot(id);
                throw e;
            }
        }
        if (!isCompleted(id, tags, timings.patience())) {
            throw new CloudException.Unavailable(
                    "snapshot " + id + " is still pending after " + timings.patience(), null);
        }
    }

    /** Waits for it. */
    private boolean isCompleted(String id, Map<String, String> tags, Duration patience) throws InterruptedException {
        Instant deadline = clock.instant().plus(patience);
        while (true) {
            SnapshotState state = api.snapshots(tags).stream()
                    .filter(one -> one.id().equals(id))
                    .map(Snapshot::state)
                    .findFirst()
                    .orElse(SnapshotState.PENDING);
            if (state == SnapshotState.COMPLETED) {
                return true;
            }
            if (state == SnapshotState.ERROR) {
                api.deleteSnapshot(id);
                throw new CloudException.Invalid("AWS could not store snapshot " + id);
            }
            if (clock.instant().isAfter(deadline)) {
                return false;
            }
            Thread.sleep(timings.pause());
        }
    }
}
