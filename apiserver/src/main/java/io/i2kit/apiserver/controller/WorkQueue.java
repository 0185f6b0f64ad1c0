package io.i2kit.apiserver.controller;

import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys that wait to be worked on, as client-go's {@code util/workqueue}: a key waits at most once however often it is added, and
 * one that is added while it is worked on comes back afterwards, so no key is worked on twice at once and no change is missed.
 */
public final class WorkQueue {
    private final Backoff backoff;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ObjectKey> ready = new ArrayDeque<>();
    /** Those that wait in {@link #ready} or, while they are worked on, for their end. */
    private final Set<ObjectKey> dirty = new HashSet<>();

    private final Set<ObjectKey> processing = new HashSet<>();
    private final PriorityQueue<Delayed> delayed =
            new PriorityQueue<>(Comparator.comparingLong(Delayed::sinceStartNanos));
    /** The earliest time of each delayed key; entries of {@link #delayed} that say otherwise are void. */
    private final Map<ObjectKey, Long> due = new HashMap<>();

    private final Map<ObjectKey, Integer> failures = new HashMap<>();
    private final long startNanos = System.nanoTime();
    private long adds;
    private long retries;
    private boolean closed;

    private record Delayed(ObjectKey key, long sinceStartNanos) {}

    /**
     * What a queue looks like now.
     *
     * @param depth keys that could be worked on at once
     * @param adds since start, repeated ones left out
     * @param retries since start
     */
    public record Metrics(int depth, int delayed, int processing, long adds, long retries) {}

    public WorkQueue(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Now, or as soon as the present pass over the key has ended. */
    public void add(ObjectKey key) {
        lock.lock();
        try {
            enqueue(key);
        } finally {
            lock.unlock();
        }
    }

    /** After a time; an earlier one that was asked for before counts. */
    public void addAfter(ObjectKey key, Duration delay) {
        if (!delay.isPositive()) {
            add(key);
            return;
        }
        lock.lock();
        try {
            long time = now() + delay.toNanos();
            Long earlier = due.get(key);
            if (!closed && (earlier == null || time < earlier)) {
                due.put(key, time);
                delayed.add(new Delayed(key, time));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** After a time that grows with each call until {@link #forget}. */
    public void addRateLimited(ObjectKey key) {
        addAfter(key, failed(key));
    }

    /** The key was worked on well: the next failure counts as the first. */
    public void forget(ObjectKey key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** The next key, to be given back by {@link #done}; null when the queue was closed. Blocks. */
    public @Nullable ObjectKey take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                long wait = promote();
                ObjectKey key = ready.poll();
                if (key != null) {
                    dirty.remove(key);
                    processing.add(key);
                    return key;
                }
                awaitChange(wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The pass over a key has ended. */
    public void done(ObjectKey key) {
        lock.lock();
        try {
            processing.remove(key);
            if (dirty.contains(key)) {
                ready.add(key);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No key is given out any more; waiting takers return. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After {@link #close}: until no key is worked on any more; false when that took too long. */
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (!processing.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return processing.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    public Metrics metrics() {
        lock.lock();
        try {
            return new Metrics(ready.size(), due.size(), processing.size(), adds, retries);
        } finally {
            lock.unlock();
        }
    }

    private Duration failed(ObjectKey key) {
        lock.lock();
        try {
            retries++;
            return backoff.after(failures.merge(key, 1, Integer::sum));
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(ObjectKey key) {
        if (closed || !dirty.add(key)) {
            return;
        }
        adds++;
        if (!processing.contains(key)) {
            ready.add(key);
            changed.signal();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // take looks again
    private void awaitChange(long nanos) throws InterruptedException {
        if (nanos == Long.MAX_VALUE) {
            changed.await();
        } else {
            changed.awaitNanos(nanos);
        }
    }

    /** Moves what is due; returns how long until the next is, in nanoseconds. */
    private long promote() {
        long now = now();
        Delayed first = delayed.peek();
        while (first != null) {
            Long time = due.get(first.key());
            boolean current = time != null && time == first.sinceStartNanos();
            if (current && first.sinceStartNanos() > now) {
                return first.sinceStartNanos() - now;
            }
            delayed.poll();
            if (current) {
                due.remove(first.key());
                enqueue(first.key());
            }
            first = delayed.peek();
        }
        return Long.MAX_VALUE;
    }

    private long now() {
        return System.nanoTime() - startNanos;
    }
}
