package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.agent.Guest;
import io.i2kit.cloud.agent.GuestClient;
import io.i2kit.cloud.agent.GuestException;
import io.i2kit.cloud.model.GuestStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to every guest: one long poll each, on a virtual thread. */
final class GuestWatches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestWatches.class);

    /** How long a guest holds a question open. */
    private static final Duration POLL = Duration.ofSeconds(60);

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    private final StatusSource source;
    private final BiConsumer<String, GuestStatus> listener;
    private final ConcurrentMap<String, Watch> watches = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Where statuses come from; the guest's client but for tests. */
    @FunctionalInterface
    interface StatusSource {
        /** @see GuestClient#status */
        Optional<GuestClient.Versioned> status(Guest guest, @Nullable String known, Duration wait);
    }

    private record Watch(Guest guest, Thread thread) {}

    /** @param listener gets the instance id and each new status */
    GuestWatches(StatusSource source, BiConsumer<String, GuestStatus> listener) {
        this.source = source;
        this.listener = listener;
    }

    /** Listens to this guest, at this address, until {@link #stop}. */
    void watch(Guest guest) {
        watches.compute(guest.instanceId(), (id, present) -> {
            if (closed || present != null && present.guest().equals(guest)) {
                return present;
            }
            if (present != null) {
                present.thread().interrupt();
            }
            Thread thread = Thread.ofVirtual().name("guest-" + id).unstarted(() -> listen(guest));
            thread.start();
            return new Watch(guest, thread);
        });
    }

    void stop(String instance) {
        Watch watch = watches.remove(instance);
        if (watch != null) {
            watch.thread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        watches.keySet().forEach(this::stop);
    }

    private void listen(Guest guest) {
        String known = null;
        Duration retry = FIRST_RETRY;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Optional<GuestClient.Versioned> answer = source.status(guest, known, POLL);
                    if (answer.isPresent()) {
                        known = answer.get().etag();
                        listener.accept(guest.instanceId(), answer.get().status());
                    }
                    retry = FIRST_RETRY;
                } catch (GuestException e) {
                    LOG.debug("{}: {}", guest, e.getMessage());
                    Thread.sleep(retry);
                    retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry.multipliedBy(2);
                }
            }
        } catch (InterruptedException e) {
            LOG.trace("{} is no longer listened to", guest);
        }
    }
}
