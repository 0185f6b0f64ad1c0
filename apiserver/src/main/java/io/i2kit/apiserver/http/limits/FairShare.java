package io.i2kit.apiserver.http.limits;

import io.i2kit.apiserver.registry.ApiException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives each user a fair share of the server, in the spirit of upstream's priority and fairness: a bounded number of requests is worked
 * on at once; when all places are taken, each user has a queue of their own, and places that come free go to the queues in turn.
 * So a user who sends a thousand requests waits for themselves, and another's request waits for one of theirs. Who queues too much, or
 * waits too long, gets 429 and comes back later. Long-running requests hold no place once they run.
 */
public final class FairShare {
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** Users with waiting requests; whose turn is next comes first. */
    private final Map<String, Deque<Waiting>> queues = new LinkedHashMap<>();

    private final LongAdder rejected = new LongAdder();
    private int taken;
    private int waiting;

    /**
     * @param places requests that are worked on at once
     * @param queue requests of one user that may wait
     */
    public record Limits(int places, int queue, long waitMillis) {
        /** Waits as long as upstream: a quarter of a request's time. */
        public static final Limits DEFAULT = new Limits(64, 256, 15_000);
    }

    private static final class Waiting {
        private final Condition turn;
        private boolean called;

        Waiting(Condition turn) {
            this.turn = turn;
        }
    }

    public FairShare(Limits limits) {
        this.limits = limits;
    }

    /**
     * Takes a place; {@link #leave} gives it back. Blocks.
     *
     * @throws ApiException TooManyRequests
     */
    public void enter(String user) {
        lock.lock();
        try {
            if (taken < limits.places() && queues.isEmpty()) {
                taken++;
                return;
            }
            Deque<Waiting> queue = queues.computeIfAbsent(user, any -> new ArrayDeque<>());
            if (queue.size() >= limits.queue()) {
                throw tooMany();
            }
            Waiting self = new Waiting(lock.newCondition());
            queue.add(self);
            waiting++;
            await(user, queue, self);
        } finally {
            lock.unlock();
        }
    }

    private void await(String user, Deque<Waiting> queue, Waiting self) {
        long left = TimeUnit.MILLISECONDS.toNanos(limits.waitMillis());
        try {
            while (!self.called && left > 0) {
                left = self.turn.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (self.called) {
            return;
        }
        queue.remove(self);
        waiting--;
        if (queue.isEmpty()) {
            queues.remove(user, queue);
        }
        throw tooMany();
    }

    /** Gives a place to the next in turn. */
    public void leave() {
        lock.lock();
        try {
            if (queues.isEmpty()) {
                taken--;
                return;
            }
            Map.Entry<String, Deque<Waiting>> next =
                    queues.entrySet().iterator().next();
            Waiting first = next.getValue().remove();
            queues.remove(next.getKey());
            if (!next.getValue().isEmpty()) {
                queues.put(next.getKey(), next.getValue());
            }
            waiting--;
            first.called = true;
            first.turn.signal();
        } finally {
            lock.unlock();
        }
    }

    private ApiException tooMany() {
        rejected.increment();
        return tooManyRequests("too many requests, please try again later");
    }

    /** The answer that sends a client away for a second. */
    public static ApiException tooManyRequests(String message) {
        return new ApiException(
                429, "TooManyRequests", message, new ApiException.Details("", "", "", "", List.of(), 1));
    }

    /** Requests that wait now. */
    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Requests that are worked on now. */
    public int working() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Requests refused since start. */
    public long rejected() {
        return rejected.sum();
    }
}
