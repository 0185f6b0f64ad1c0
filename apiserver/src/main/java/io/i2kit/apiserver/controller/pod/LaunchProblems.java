package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.GroupStatus.Problem;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.CloudException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Launches that did not succeed, told once each on the Pods that wait for them. */
final class LaunchProblems {
    private static final String CAPACITY = "InsufficientCapacity";

    private final PodEvents events;
    /** The latest problem of each group that was told. */
    private final ConcurrentMap<String, Instant> told = new ConcurrentHashMap<>();

    LaunchProblems(PodEvents events) {
        this.events = events;
    }

    /** Returns why the waiting Pods cannot be scheduled at the moment, or empty. */
    String tell(GroupPass pass, @Nullable GroupStatus status) {
        if (status == null || pass.unbound().isEmpty()) {
            return "";
        }
        Instant before = told.getOrDefault(pass.group(), Instant.MIN);
        for (Problem problem : status.problems()) {
            if (problem.at().isAfter(before)) {
                events.failedScheduling(pass.unbound(), problem.reason(), problem.message());
                told.put(pass.group(), problem.at());
            }
        }
        Instant launched = status.instances().stream()
                .map(Instance::launchedAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        return status.problems().isEmpty()
                        || !status.problems().getLast().reason().equals(CAPACITY)
                        || launched.isAfter(status.problems().getLast().at())
                ? ""
                : status.problems().getLast().message();
    }

    /** What the Pods ask for and no machine has. */
    void insufficient(Collection<PodView> waiting, String message) {
        events.failedScheduling(waiting, CAPACITY, message);
    }

    /** A cloud that refuses is told on the Pods that wait; one that is away is no news of theirs. */
    void refused(Collection<PodView> waiting, CloudException refusal) {
        String reason = switch (refusal) {
            case CloudException.Unavailable away -> "";
            case CloudException.LimitExceeded limit -> CAPACITY;
            case CloudException.Invalid invalid -> "LaunchFailed";
            case CloudException.NotFound missing -> "LaunchFailed";
        };
        if (!reason.isEmpty()) {
            events.failedScheduling(waiting, reason, String.valueOf(refusal.getMessage()));
        }
    }
}
