package io.i2kit.apiserver.controller.replicaset;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which Pods go first when there are too many ({@code controller.ActivePodsWithRanks} in {@code pkg/controller/controller_utils.go}):
 * unassigned before assigned, Pending before Running, not ready before ready, cheaper before dearer, those on a fuller node, those
 * ready for a shorter time, those with more restarts, younger ones. Times are compared by their logarithm, so that Pods of about
 * one age are chosen at random (by uid) instead of always the last.
 */
final class PodRanking {
    private static final List<String> PHASES = List.of("", "Pending", "Unknown", "Running");

    private PodRanking() {}

    /**
     * @param related all active Pods of the same owner (the Deployment's), to see how full nodes are
     * @return the first {@code count} to be deleted
     */
    static List<ReplicaPod> toDelete(List<ReplicaPod> pods, Collection<ReplicaPod> related, int count, Instant now) {
        if (count >= pods.size()) {
            return pods;
        }
        Map<String, Integer> onNode = new HashMap<>();
        related.forEach(pod -> onNode.merge(pod.nodeName(), 1, Integer::sum));
        return pods.stream().sorted(order(onNode, now)).limit(count).toList();
    }

    private static Comparator<ReplicaPod> order(Map<String, Integer> onNode, Instant now) {
        return Comparator.<ReplicaPod, Boolean>comparing(pod -> !pod.nodeName().isEmpty())
                .thenComparing(pod -> PHASES.indexOf(pod.phase()))
                .thenComparing(ReplicaPod::isReady)
                .thenComparing(ReplicaPod::deletionCost)
                .thenComparing(pod -> onNode.getOrDefault(pod.nodeName(), 0), Comparator.reverseOrder())
                .thenComparing(pod -> age(pod.readySince() == null ? now : pod.readySince(), now))
                .thenComparing(ReplicaPod::restarts, Comparator.reverseOrder())
                .thenComparing(pod -> age(pod.created(), now))
                .thenComparing(ReplicaPod::uid);
    }

    /** The base-2 logarithm of an age in nanoseconds, rounded down; -1 for none. */
    private static int age(Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        if (!age.isPositive()) {
            return -1;
        }
        boolean fits = age.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0;
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(fits ? age.toNanos() : Long.MAX_VALUE);
    }
}
