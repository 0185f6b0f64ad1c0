package io.i2kit.apiserver.storage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Remembers what a watch said, and waits for it. */
public final class RecordingListener implements Storage.WatchListener {
    private static final long DEADLINE_MILLIS = 30_000;

    private final List<WatchEvent> events = new ArrayList<>();
    private long progress;
    private @Nullable StorageException end;

    @Override
    public synchronized void event(WatchEvent event) {
        events.add(event);
        notifyAll();
    }

    @Override
    public synchronized void progress(long revision) {
        progress = revision;
        notifyAll();
    }

    @Override
    public synchronized void ended(StorageException cause) {
        end = cause;
        notifyAll();
    }

    public synchronized List<WatchEvent> events() {
        return List.copyOf(events);
    }

    /** The events so far, once there are so many. */
    public synchronized List<WatchEvent> awaitEvents(int count) {
        await(() -> events.size() >= count, count + " events, have " + events.size());
        return List.copyOf(events);
    }

    /** Until everything up to the revision was delivered, as an event or as progress. */
    public synchronized List<WatchEvent> awaitRevision(long revision) {
        await(
                () -> progress >= revision
                        || !events.isEmpty() && events.getLast().object().revision() >= revision,
                "revision " + revision);
        return List.copyOf(events);
    }

    public synchronized long awaitProgress(long revision) {
        await(() -> progress >= revision, "progress to " + revision);
        return progress;
    }

    public synchronized StorageException awaitEnd() {
        await(() -> end != null, "the end of the watch");
        return requireNonNull(end);
    }

    private void await(BooleanSupplier condition, String what) {
        long deadline = System.currentTimeMillis() + DEADLINE_MILLIS;
        while (!condition.getAsBoolean()) {
            long left = deadline - System.currentTimeMillis();
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
