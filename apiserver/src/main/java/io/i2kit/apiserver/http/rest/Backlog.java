package io.i2kit.apiserver.http.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the client of a stream has not yet taken, and who waits for it to. Safe for any thread; actions run outside of its lock. */
public final class Backlog {
    private static final long FULL_BYTES = 1024 * 1024;
    /** What waits for a client costs memory: one that takes nothing for so long is cut off. */
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Runnable> onClose = new ArrayList<>();
    private final List<Runnable> onDrain = new ArrayList<>();
    private long pendingBytes;
    private long lastTakenNanos = System.nanoTime();
    private boolean closed;

    /** Counts bytes that are to be sent; false when the stream is closed and they are to be dropped. */
    public synchronized boolean add(int bytes) {
        if (closed) {
            return false;
        }
        if (pendingBytes == 0) {
            lastTakenNanos = System.nanoTime();
        }
        pendingBytes += bytes;
        return true;
    }

    /** The client has taken so many of them. */
    public void taken(int bytes) {
        List<Runnable> actions = List.of();
        synchronized (this) {
            pendingBytes -= bytes;
            lastTakenNanos = System.nanoTime();
            if (pendingBytes < FULL_BYTES / 2 && !onDrain.isEmpty()) {
                actions = List.copyOf(onDrain);
                onDrain.clear();
            }
        }
        actions.forEach(Runnable::run);
    }

    /** See {@link Answer.Sink#isFull}. */
    public synchronized boolean isFull() {
        return pendingBytes >= FULL_BYTES;
    }

    /** Whether the client has taken nothing of much for too long. */
    public synchronized boolean isStuck() {
        return !closed && pendingBytes >= FULL_BYTES / 2 && System.nanoTime() - lastTakenNanos >= STUCK_NANOS;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /** See {@link Answer.Sink#onDrain}. */
    public void onDrain(Runnable action) {
        synchronized (this) {
            if (pendingBytes >= FULL_BYTES / 2 && !closed) {
                onDrain.add(action);
                return;
            }
        }
        action.run();
    }

    /** See {@link Answer.Sink#onClose}. */
    public void onClose(Runnable action) {
        synchronized (this) {
            if (!closed) {
                onClose.add(action);
                return;
            }
        }
        action.run();
    }

    /** The client is gone, or has all of it. */
    public void close() {
        List<Runnable> actions;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            actions = List.copyOf(onClose);
            onClose.clear();
        }
        actions.forEach(Runnable::run);
    }
}
