package io.i2kit.apiserver.storage;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watch: where it is, and whether it is running. At most one thread delivers at a time. */
final class CursorWatch implements Storage.Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CursorWatch.class);

    private final WatchHub hub;
    private final String resource;
    private final String namespace;
    private final Storage.WatchListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    /** Everything up to here was delivered or does not concern this watch. */
    private long cursor;
    /** Nothing was left at the last look; until the next signal no event concerns this watch. */
    private boolean idle;
    /** Something came since the last look. */
    private boolean signalled;

    private boolean running;
    private boolean paused;
    private boolean closed;
    private boolean progressDue;

    CursorWatch(WatchHub hub, String resource, String namespace, long from, Storage.WatchListener listener) {
        this.hub = hub;
        this.resource = resource;
        this.namespace = namespace;
        this.cursor = from;
        this.listener = listener;
    }

    String resource() {
        return resource;
    }

    String namespace() {
        return namespace;
    }

    void start() {
        locked(this::schedule);
    }

    /** An event that concerns this watch was appended; an idle watch may skip all events before it. */
    void signal(long revision) {
        locked(() -> {
            signalled = true;
            if (idle) {
                idle = false;
                cursor = Math.max(cursor, revision - 1);
            }
            schedule();
        });
    }

    void requestProgress() {
        locked(() -> {
            progressDue = true;
            if (idle) {
                idle = false;
                cursor = Math.max(cursor, hub.signalled());
            }
            schedule();
        });
    }

    @Override
    public void pause() {
        locked(() -> paused = true);
    }

    @Override
    public void resume() {
        locked(() -> {
            paused = false;
            schedule();
        });
    }

    @Override
    public void close() {
        locked(() -> closed = true);
        hub.forget(this);
    }

    /** Tells the listener, unless the watch was closed before. */
    void end(StorageException cause) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        hub.forget(this);
        listener.ended(cause);
    }

    @Override
    public void run() {
        try {
            while (mayGoOn()) {
                step();
            }
        } catch (StorageException.Compacted e) {
            end(new StorageException.TooSlow());
        } catch (StorageException e) {
            end(e);
        } catch (RuntimeException e) {
            LOG.warn("A watch of {} failed", resource, e);
            end(new StorageException.Unavailable("the watch failed: " + e.getMessage(), e));
        }
    }

    private void step() {
        WatchHub.Slice slice = hub.read(resource, namespace, cursorNow());
        for (WatchEvent event : slice.events()) {
            if (!mayDeliver()) {
                return;
            }
            listener.event(event);
            moveTo(event.object().revision());
        }
        moveTo(slice.through());
        if (slice.events().isEmpty() && rest()) {
            listener.progress(slice.through());
        }
    }

    /** Whether the thread should look again; else it ends, and {@link #schedule} may start another. */
    private boolean mayGoOn() {
        lock.lock();
        try {
            if (closed || paused || idle) {
                running = false;
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayDeliver() {
        lock.lock();
        try {
            return !closed && !paused;
        } finally {
            lock.unlock();
        }
    }

    private long cursorNow() {
        lock.lock();
        try {
            return cursor;
        } finally {
            lock.unlock();
        }
    }

    private void moveTo(long revision) {
        locked(() -> cursor = Math.max(cursor, revision));
    }

    /** After a look that found nothing: idle unless a signal came or history goes on; true when progress is to be told. */
    private boolean rest() {
        lock.lock();
        try {
            boolean newest = cursor >= hub.revision();
            if (newest && !signalled) {
                idle = true;
            }
            signalled = false;
            boolean tell = newest && progressDue && !closed && !paused;
            progressDue = progressDue && !tell;
            return tell;
        } finally {
            lock.unlock();
        }
    }

    /** Starts a thread if none runs. Called under the lock. */
    private void schedule() {
        if (running || paused || closed) {
            return;
        }
        running = true;
        try {
            hub.run(this);
        } catch (RejectedExecutionException e) {
            running = false; // the hub closes and ends this watch
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
