package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that reads and changes the cloud's state, so that none of it needs a lock. */
final class OwnerThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OwnerThread.class);

    private final ScheduledThreadPoolExecutor executor;

    OwnerThread() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "cloud-state");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a task soon; an error of it is logged. After the end it is dropped, as after a crash. */
    void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("dropped at the end: {}", task);
        }
    }

    /** Runs a task later. */
    Future<?> schedule(Runnable task, Duration delay) {
        try {
            return executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Runs a task again and again, a delay apart. */
    void repeat(Runnable task, Duration delay) {
        executor.scheduleWithFixedDelay(guarded(task), delay.toMillis(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a task and waits for what it gives. */
    <T> T call(Callable<T> task) {
        try {
            return executor.submit(task).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException.Unavailable("interrupted", e);
        } catch (RejectedExecutionException e) {
            throw new CloudException.Unavailable("the embedded cloud is ending", e);
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("a task of the cloud's state failed", e);
            }
        };
    }

    /** Ends after the running task; later ones are dropped. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
