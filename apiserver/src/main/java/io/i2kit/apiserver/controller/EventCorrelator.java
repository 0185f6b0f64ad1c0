package io.i2kit.apiserver.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an occurrence: a new Event, one more of an Event that is there, or nothing. The rules and figures are
 * those of client-go's {@code tools/record/events_cache.go}. Used by one thread.
 */
final class EventCorrelator {
    private static final int REMEMBERED = 4096;
    /** More messages than this that differ in nothing else within the interval are joined. */
    private static final int SIMILAR_EVENTS = 10;

    private static final Duration SIMILAR_INTERVAL = Duration.ofMinutes(10);
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofMinutes(5);

    private final Map<String, Bucket> buckets = remembering();
    private final Map<String, Similar> similar = remembering();
    private final Map<String, Seen> seen = remembering();

    /**
     * What is told apart.
     *
     * @param object a text for the object: its key, uid and API version
     */
    record Occurrence(String component, String object, String type, String reason, String message) {}

    /**
     * An Event in the store.
     *
     * @param count of occurrences
     */
    record Seen(String name, Instant first, int count) {}

    /**
     * What to write.
     *
     * @param key to pass to {@link #written}
     * @param previous the Event to raise the count of, or null for a new one
     */
    record Decision(String key, String message, @Nullable Seen previous) {}

    /** Null when the source says too much about the object. */
    @Nullable
    Decision decide(Occurrence occurrence, Instant now) {
        String source = occurrence.component() + '\0' + occurrence.object();
        if (!buckets.computeIfAbsent(source, any -> new Bucket(now)).take(now)) {
            return null;
        }
        String group = source + '\0' + occurrence.type() + '\0' + occurrence.reason();
        boolean join = similar.computeIfAbsent(group, any -> new Similar()).joins(occurrence.message(), now);
        String key = join ? group : group + '\0' + occurrence.message();
        String message = join ? "(combined from similar events): " + occurrence.message() : occurrence.message();
        return new Decision(key, message, seen.get(key));
    }

    void written(String key, Seen event) {
        seen.put(key, event);
    }

    private static <V> Map<String, V> remembering() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** A token bucket: a burst, then one each few minutes. */
    private static final class Bucket {
        private double tokens = BURST;
        private Instant last;

        Bucket(Instant now) {
            last = now;
        }

        boolean take(Instant now) {
            double refilled = (double) Duration.between(last, now).toMillis() / REFILL.toMillis();
            tokens = Math.min(BURST, tokens + Math.max(0, refilled));
            last = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    private static final class Similar {
        private final Set<String> messages = new HashSet<>();
        private Instant last = Instant.EPOCH;

        boolean joins(String message, Instant now) {
            if (Duration.between(last, now).compareTo(SIMILAR_INTERVAL) > 0) {
                messages.clear();
            }
            last = now;
            if (messages.size() < SIMILAR_EVENTS - 1) {
                messages.add(message);
                return false;
            }
            return !messages.contains(message);
        }
    }
}
