package io.i2kit.cloud.local;

import io.i2kit.cloud.local.protocol.Call;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Calls the embedded cloud; connects again and starts it when needed. Every call may be repeated without harm. */
final class DaemonClient implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(25);

    /** A cloud that dies may take one more connection before it is gone. */
    private static final int ATTEMPTS = 3;

    private final LocalCloudOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable DaemonConnection connection;
    private volatile boolean closed;

    DaemonClient(LocalCloudOptions options) {
        this.options = options;
    }

    <R> R call(Call<R> call) {
        return call(call, options.patience());
    }

    /** @param patience for the answer, once connected */
    <R> R call(Call<R> call, Duration patience) {
        for (int attempt = 1; ; attempt++) {
            DaemonConnection used = connected();
            try {
                return used.call(call, patience);
            } catch (IOException e) {
                // Also when its reader has not noticed yet: the next attempt must not use it again.
                used.close();
                if (attempt == ATTEMPTS) {
                    throw new CloudException.Unavailable("the embedded cloud went away: " + e.getMessage(), e);
                }
            }
        }
    }

    private DaemonConnection connected() {
        lock.lock();
        try {
            DaemonConnection known = connection;
            if (known != null && known.isOpen()) {
                return known;
            }
            if (closed) {
                throw new CloudException.Unavailable("closed", new IllegalStateException("closed"));
            }
            DaemonConnection opened = open();
            connection = opened;
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private DaemonConnection open() {
        long deadline = System.nanoTime() + options.patience().toNanos();
        Optional<DaemonConnection> running = tryOpen();
        if (running.isPresent()) {
            return running.get();
        }
        DaemonProcess process = DaemonProcess.start(options);
        while (true) {
            Optional<DaemonConnection> started = tryOpen();
            if (started.isPresent()) {
                return started.get();
            }
            if (System.nanoTime() > deadline || closed) {
                throw process.failure();
            }
            process.pause(POLL);
        }
    }

    /** Empty when nobody listens. */
    private Optional<DaemonConnection> tryOpen() {
        try {
            Optional<Path> runtime = RuntimeDirectory.find(options.dataDirectory());
            if (runtime.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    DaemonConnection.open(RuntimeDirectory.controlSocket(runtime.get()), options.patience()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Tells a cloud that runs to end, and waits for it; answers whether one ran. */
    boolean shutdown(boolean destroy, Duration patience) {
        Optional<DaemonConnection> running = tryOpen();
        if (running.isEmpty()) {
            return false;
        }
        try (DaemonConnection open = running.get()) {
            open.call(new Call.Shutdown(destroy), patience);
            long deadline = System.nanoTime() + patience.toNanos();
            while (open.isOpen()) {
                if (System.nanoTime() > deadline) {
                    throw new CloudException.Unavailable(
                            "the embedded cloud has not ended within " + patience.toSeconds() + " s",
                            new IllegalStateException("still connected"));
                }
                Thread.sleep(POLL);
            }
        } catch (IOException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        DaemonConnection known = connection;
        if (known != null) {
            known.close();
        }
    }
}
