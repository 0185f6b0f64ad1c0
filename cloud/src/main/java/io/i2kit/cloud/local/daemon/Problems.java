package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.GroupStatus.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Launches that did not succeed, and when a group may try again. Owner thread only; forgotten with the process. */
final class Problems {
    private static final int MAX_REMEMBERED = 10;

    private final Timings timings;
    private final Map<String, List<Problem>> problems = new HashMap<>();
    private final Map<String, Retry> retries = new HashMap<>();

    Problems(Timings timings) {
        this.timings = timings;
    }

    private record Retry(int failures, long atNanos) {}

    List<Problem> of(String group) {
        return List.copyOf(problems.getOrDefault(group, List.of()));
    }

    /** Notes a problem; answers whether it says something new. */
    boolean add(String group, String reason, String message) {
        List<Problem> known = problems.computeIfAbsent(group, _ -> new ArrayList<>());
        if (!known.isEmpty()
                && known.getLast().reason().equals(reason)
                && known.getLast().message().equals(message)) {
            return false;
        }
        known.add(new Problem(Instant.now(), reason, message));
        if (known.size() > MAX_REMEMBERED) {
            known.removeFirst();
        }
        return true;
    }

    /** The group launches again; answers whether that is news. */
    boolean clear(String group) {
        return problems.remove(group) != null;
    }

    /** One more launch in a row failed, or its machine ended soon: how long the group now waits. */
    Duration failed(String group) {
        Retry former = retries.getOrDefault(group, new Retry(0, 0));
        Duration delay = timings.retryAtLeast().multipliedBy(1L << Math.min(10, former.failures));
        if (delay.compareTo(timings.retryAtMost()) > 0) {
            delay = timings.retryAtMost();
        }
        retries.put(group, new Retry(former.failures + 1, System.nanoTime() + delay.toNanos()));
        return delay;
    }

    /** A machine of the group ran well. */
    void succeeded(String group) {
        retries.remove(group);
    }

    boolean waiting(String group) {
        Retry retry = retries.get(group);
        return retry != null && retry.atNanos - System.nanoTime() > 0;
    }

    void forget(String group) {
        problems.remove(group);
        retries.remove(group);
    }
}
