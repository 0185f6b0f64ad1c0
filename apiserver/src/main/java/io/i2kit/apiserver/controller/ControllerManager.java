package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs controllers: each has a queue and a fixed number of workers on virtual threads. Register all, then {@link #start}; keys
 * that are added before wait.
 */
public final class ControllerManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerManager.class);
    private static final int HTTP_CONFLICT = 409;

    private final Duration stopTimeout;
    private final List<Controller> controllers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();

    /**
     * How a controller fares.
     *
     * @param passes of its reconciler
     * @param failures of them
     */
    public record Metrics(String controller, WorkQueue.Metrics queue, long passes, long failures) {}

    /** @param stopTimeout how long {@link #close} waits for passes that run */
    public ControllerManager(Duration stopTimeout) {
        this.stopTimeout = stopTimeout;
    }

    /**
     * Adds a controller; returns the queue to which its informers' handlers add keys.
     *
     * @param workers how many keys may be worked on at once
     */
    public WorkQueue register(Reconciler reconciler, int workers) {
        Controller controller = new Controller(reconciler, workers, new WorkQueue(Backoff.DEFAULT));
        controllers.add(controller);
        if (started.get()) {
            controller.start();
        }
        return controller.queue;
    }

    public void start() {
        if (started.compareAndSet(false, true)) {
            controllers.forEach(Controller::start);
        }
    }

    public List<Metrics> metrics() {
        return controllers.stream().map(Controller::metrics).toList();
    }

    /** Starts no pass any more and waits for those that run. */
    @Override
    public void close() {
        controllers.forEach(controller -> controller.queue.close());
        for (Controller controller : controllers) {
            controller.stop(stopTimeout);
        }
    }

    private static final class Controller {
        private final Reconciler reconciler;
        private final int workers;
        private final WorkQueue queue;
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicBoolean running = new AtomicBoolean();
        private final LongAdder passes = new LongAdder();
        private final LongAdder failures = new LongAdder();

        Controller(Reconciler reconciler, int workers, WorkQueue queue) {
            this.reconciler = reconciler;
            this.workers = workers;
            this.queue = queue;
        }

        void start() {
            if (!running.compareAndSet(false, true)) {
                return;
            }
            for (int worker = 0; worker < workers; worker++) {
                threads.add(Thread.ofVirtual()
                        .name(reconciler.name() + "-controller-" + worker)
                        .start(this::work));
            }
        }

        void stop(Duration timeout) {
            try {
                if (!queue.awaitIdle(timeout)) {
                    LOG.warn("The {} controller did not end within {}", reconciler.name(), timeout);
                    threads.forEach(Thread::interrupt);
                }
            } catch (InterruptedException e) {
                threads.forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
            }
        }

        Metrics metrics() {
            return new Metrics(reconciler.name(), queue.metrics(), passes.sum(), failures.sum());
        }

        private void work() {
            try {
                ObjectKey key = queue.take();
                while (key != null) {
                    try {
                        pass(key);
                    } finally {
                        queue.done(key);
                    }
                    key = queue.take();
                }
            } catch (InterruptedException e) {
                LOG.debug("A worker of the {} controller was interrupted", reconciler.name());
            }
        }

        @SuppressWarnings("CatchingUnchecked") // whatever a pass throws, its key comes back and the worker lives
        private void pass(ObjectKey key) {
            passes.increment();
            try {
                switch (reconciler.reconcile(key)) {
                    case Result.Done() -> queue.forget(key);
                    case Result.After(Duration delay) -> {
                        queue.forget(key);
                        queue.addAfter(key, delay);
                    }
                    case Result.Retry(String reason) -> {
                        LOG.debug("{} {}: again, {}", reconciler.name(), key, reason);
                        queue.addRateLimited(key);
                    }
                }
            } catch (RuntimeException | Error e) {
                failures.increment();
                log(key, e);
                queue.addRateLimited(key);
            }
        }

        private void log(ObjectKey key, Throwable error) {
            if (error instanceof ApiException api && api.code() == HTTP_CONFLICT) {
                LOG.debug("{} {}: another writer was quicker: {}", reconciler.name(), key, error.getMessage());
            } else {
                LOG.warn("{} {} failed; it is tried again", reconciler.name(), key, error);
            }
        }
    }
}
