package io.i2kit.apiserver.controller.pod;

import io.i2kit.translator.status.MachineReport.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Images that could not be had, and when to try again: 10 s doubling to 5 min, as the kubelet waits
 * ({@code pkg/kubelet/kubelet.go}, imageBackOffPeriod and MaxContainerBackOff).
 */
final class ImageFailures {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** How long a container says {@code ErrImagePull} before it says {@code ImagePullBackOff}. */
    private static final Duration SHOWN = Duration.ofSeconds(3);

    private final Clock clock;
    private final ConcurrentMap<String, State> byOwner = new ConcurrentHashMap<>();

    /**
     * @param problems by container name
     * @param at of the latest failure
     */
    private record State(Map<String, Problem> problems, int failures, Instant at) {
        Duration backoff() {
            Duration wait = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
            return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        }
    }

    /**
     * @param image as the template names it
     * @param reason the kubelet's word
     */
    record Problem(String image, String reason, String message) {}

    /**
     * What is to be said while nothing is tried.
     *
     * @param waiting by container name
     * @param backingOff whether the containers now say so, and no longer the error itself
     * @param next when to look again
     */
    record Pause(Map<String, Waiting> waiting, boolean backingOff, Duration next) {}

    ImageFailures(Clock clock) {
        this.clock = clock;
    }

    void failed(String ownerUid, Map<String, Problem> problems) {
        byOwner.compute(
                ownerUid,
                (uid, before) ->
                        new State(Map.copyOf(problems), before == null ? 1 : before.failures() + 1, clock.instant()));
    }

    void succeeded(String ownerUid) {
        byOwner.remove(ownerUid);
    }

    /** Null when a try is due. */
    @Nullable
    Pause pause(String ownerUid) {
        State state = byOwner.get(ownerUid);
        if (state == null) {
            return null;
        }
        Duration since = Duration.between(state.at(), clock.instant());
        Duration left = state.backoff().minus(since);
        if (!left.isPositive()) {
            return null;
        }
        boolean backingOff = since.compareTo(SHOWN) >= 0;
        return new Pause(waiting(state, backingOff), backingOff, backingOff ? left : SHOWN.minus(since));
    }

    /** What containers say while a new try runs: still the back-off. Empty when nothing failed. */
    Map<String, Waiting> latest(String ownerUid) {
        State state = byOwner.get(ownerUid);
        return state == null ? Map.of() : waiting(state, true);
    }

    private static Map<String, Waiting> waiting(State state, boolean backingOff) {
        Map<String, Waiting> waiting = new HashMap<>();
        state.problems().forEach((container, problem) -> waiting.put(container, waiting(problem, backingOff)));
        return waiting;
    }

    /** An image whose name is wrong is not pulled at all, so there is nothing to back off from. */
    private static Waiting waiting(Problem problem, boolean backingOff) {
        if (!backingOff || !problem.reason().equals("ErrImagePull")) {
            return new Waiting(problem.reason(), problem.message());
        }
        return new Waiting(
                "ImagePullBackOff",
                "Back-off pulling image \"" + problem.image() + "\": " + problem.reason() + ": " + problem.message());
    }
}
