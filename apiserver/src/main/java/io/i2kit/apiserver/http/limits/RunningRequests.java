package io.i2kit.apiserver.http.limits;

import io.i2kit.apiserver.registry.ApiException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All requests between their first byte and the end of their answer, with the bounds that hold for them together: a request that takes
 * too long is answered for its handler, bodies that wait may take so much memory, and a server that ends lets them end.
 */
public final class RunningRequests {
    private final Limits limits;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicLong bodyBytes = new AtomicLong();
    private volatile boolean leaving;
    private volatile boolean draining;

    /** A running answer that lasts as long as its client wants. */
    public interface Stream {
        void end();

        /** Cuts off a client that has taken nothing for too long. */
        void cutIfStuck();
    }

    /**
     * @param requestTime upstream's {@code --request-timeout}; long-running requests aside
     * @param bodyBytes of all requests together
     */
    public record Limits(Duration requestTime, long bodyBytes) {
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(60), 64L << 20);
    }

    public RunningRequests(Limits limits) {
        this.limits = limits;
    }

    /** One request. Its answer is claimed once: by its handler, or by the clock. */
    public final class Running {
        private final Runnable onTimeout;
        private final long deadline = System.nanoTime() + limits.requestTime().toNanos();
        private final AtomicBoolean answered = new AtomicBoolean();
        private long bytes;

        private Running(Runnable onTimeout) {
            this.onTimeout = onTimeout;
        }

        /** Counts a part of the body; false when it cannot be held. Called by one thread. */
        public boolean hold(int more) {
            bytes += more;
            return bodyBytes.addAndGet(more) <= limits.bodyBytes();
        }

        /** Whether the caller is the one who answers. */
        public boolean claim() {
            return answered.compareAndSet(false, true);
        }

        /** The answer was written, or the client is gone. */
        public void ended() {
            if (running.remove(this)) {
                bodyBytes.addAndGet(-bytes);
            }
        }
    }

    /** @param onTimeout answers for a handler that does not; called after the claim */
    public Running began(Runnable onTimeout) {
        Running request = new Running(onTimeout);
        running.add(request);
        return request;
    }

    /** A stream that {@link #drain} ends. Returns what to call when it ended. */
    public Runnable streamBegan(Stream stream) {
        streams.add(stream);
        if (draining) {
            stream.end();
        }
        return () -> streams.remove(stream);
    }

    /** Answers for those whose time is over; called each second. */
    public void expire() {
        long now = System.nanoTime();
        for (Running request : running) {
            if (request.deadline - now < 0 && request.claim()) {
                request.onTimeout.run();
                request.ended();
            }
        }
        streams.forEach(Stream::cutIfStuck);
    }

    /** From here on the server says that it is not ready, and serves still: balancers look elsewhere meanwhile. */
    public void announceEnd() {
        leaving = true;
    }

    /** @throws IllegalStateException once the end was announced */
    public void requireStaying() {
        if (leaving || draining) {
            throw new IllegalStateException("process is shutting down");
        }
    }

    /** @throws ApiException TooManyRequests while the server ends, as upstream's {@code WithRetryAfter} */
    public void requireOpen() {
        if (draining) {
            throw FairShare.tooManyRequests("The apiserver is shutting down, please try again later.");
        }
    }

    public boolean draining() {
        return draining;
    }

    /** Whether {@link #drain} would end a stream. */
    public boolean hasStreams() {
        return !streams.isEmpty();
    }

    /** Refuses what is new, ends streams, and waits for what runs; true when nothing is left. */
    public boolean drain(Duration patience) {
        draining = true;
        streams.forEach(Stream::end);
        Patience.until(() -> running.isEmpty() && streams.isEmpty(), patience);
        return running.isEmpty() && streams.isEmpty();
    }
}
