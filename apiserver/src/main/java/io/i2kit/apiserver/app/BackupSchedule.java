package io.i2kit.apiserver.app;

import io.i2kit.apiserver.backup.BackupWriter;
import io.i2kit.apiserver.backup.BackupWriter.Written;
import io.i2kit.apiserver.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a backup in the cloud that is seconds old, so that a server that lost its data folder can be followed by another
 * ({@code aws adopt}). What did not change is not sent again; a large cluster is read at most a twentieth of the time.
 */
final class BackupSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);
    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final int SHARE = 20;
    /** A cloud that does not answer must not hold up the server's end. */
    private static final Duration LAST = Duration.ofSeconds(5);

    private final Storage storage;
    private final BackupWriter writer;
    private final DataFolder data;
    private final BackupTarget target;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("backup").factory());
    /** Of the last look; only its own thread uses them. */
    private long seen;

    private String kept = "";
    private boolean failing;

    BackupSchedule(Storage storage, String cluster, DataFolder data, BackupTarget target) {
        this.storage = storage;
        this.writer = new BackupWriter(storage, cluster);
        this.data = data;
        this.target = target;
    }

    void start() {
        timer.execute(this::next);
    }

    private void next() {
        long start = System.nanoTime();
        look();
        long pause = Math.max(SHORTEST.toNanos(), SHARE * (System.nanoTime() - start));
        if (!timer.isShutdown()) {
            timer.schedule(this::next, pause, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        long revision = storage.revision();
        if (revision == seen) {
            return;
        }
        try {
            Written backup = writer.write(Clock.systemUTC().instant(), keys(data));
            if (!backup.digest().equals(kept)) {
                target.put(backup.content());
                kept = backup.digest();
            }
            seen = revision;
            if (failing) {
                LOG.info("The cluster's backup is kept again");
                failing = false;
            }
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                LOG.warn("The cluster's backup could not be kept; it is tried again: {}", e.getMessage());
                failing = true;
            }
        }
    }

    /** What clients and machines know the server by. */
    private static Map<String, byte[]> keys(DataFolder data) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> listed = Files.list(data.pki())) {
            for (Path file : listed.filter(Files::isRegularFile).toList()) {
                files.put(data.root().relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    /** Once more, if there is time, so that a server that ends in order leaves nothing out. */
    @Override
    public void close() {
        timer.execute(this::look);
        timer.shutdown();
        try {
            if (!timer.awaitTermination(LAST.toSeconds(), TimeUnit.SECONDS)) {
                timer.shutdownNow();
            }
        } catch (InterruptedException e) {
            timer.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
