package io.i2kit.apiserver.controller.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arithmetic of rollouts: pure, from what there is to what the sizes should be ({@code rolling.go}, {@code sync.go}). */
final class Sizes {
    private Sizes() {}

    /** A ReplicaSet and the size it should have. */
    record Resize(ReplicaSetView set, int replicas) {}

    /** {@code NewRSNewReplicas}: as many as surge leaves room for, never more than wanted. */
    static int ofNew(Limits limits, int replicasOfAll, int replicasOfNew) {
        if (!limits.rolling()) {
            return limits.replicas();
        }
        int room = limits.most() - replicasOfAll;
        return room <= 0 ? replicasOfNew : replicasOfNew + Math.min(room, limits.replicas() - replicasOfNew);
    }

    /**
     * How many Pods of old ReplicaSets may go at most: what is there, less what must stay available, less the new ones that are
     * not available yet. For example, with 10 wanted, 2 that may be unavailable, a surge of 3, and a new ReplicaSet of 5 that crash:
     * 13 − 8 − 5 = 0, so no old Pod goes, also when one of them is lost. After undo the crashing ones are the old ReplicaSet and one
     * of the 8 is lost: 13 − 8 − 1 = 4 of them may go.
     */
    static int removable(Limits limits, List<ReplicaSetView> all, ReplicaSetView newSet) {
        int newUnavailable = newSet.replicas() - newSet.counts().available();
        return ReplicaSetView.totalReplicas(all) - limits.leastAvailable() - newUnavailable;
    }

    /** {@code cleanupUnhealthyReplicas}: Pods that are not available go first, from the oldest ReplicaSet on. */
    static List<Resize> withoutUnhealthy(List<ReplicaSetView> old, int most) {
        List<Resize> resizes = new ArrayList<>();
        int removed = 0;
        for (ReplicaSetView set : sorted(old, ReplicaSetView.OLDEST_FIRST)) {
            int unhealthy = set.replicas() - set.counts().available();
            if (removed >= most || set.replicas() == 0 || unhealthy == 0) {
                continue;
            }
            int remove = Math.min(most - removed, unhealthy);
            if (remove > 0) {
                resizes.add(new Resize(set, set.replicas() - remove));
                removed += remove;
            }
        }
        return resizes;
    }

    /** {@code scaleDownOldReplicaSetsForRollingUpdate}: as many as availability allows, from the oldest ReplicaSet on. */
    static List<Resize> ofOld(Limits limits, List<ReplicaSetView> old, int availableOfAll) {
        List<Resize> resizes = new ArrayList<>();
        int left = availableOfAll - limits.leastAvailable();
        for (ReplicaSetView set : sorted(old, ReplicaSetView.OLDEST_FIRST)) {
            int remove = Math.min(set.replicas(), left);
            if (remove > 0) {
                resizes.add(new Resize(set, set.replicas() - remove));
                left -= remove;
            }
        }
        return resizes;
    }

    /**
     * {@code FindActiveOrLatest}: the one with Pods, or the newest when none has; null when several have and must be scaled in
     * proportion.
     */
    static @Nullable ReplicaSetView onlyActiveOrNewest(@Nullable ReplicaSetView newSet, List<ReplicaSetView> old) {
        List<ReplicaSetView> all = new ArrayList<>(old);
        if (newSet != null) {
            all.add(newSet);
        }
        List<ReplicaSetView> active = ReplicaSetView.active(all);
        if (active.size() == 1) {
            return active.getFirst();
        }
        if (!active.isEmpty() || all.isEmpty()) {
            return null;
        }
        return newSet != null
                ? newSet
                : sorted(old, ReplicaSetView.OLDEST_FIRST).getLast();
    }

    /** {@code IsSaturated}: the new ReplicaSet has all that is wanted, knows it, and all of it is available. */
    static boolean saturated(Limits limits, @Nullable ReplicaSetView newSet) {
        if (newSet == null) {
            return false;
        }
        Integer desired = Annotations.count(newSet.annotations(), Annotations.DESIRED_REPLICAS);
        return desired != null
                && desired == limits.replicas()
                && newSet.replicas() == limits.replicas()
                && newSet.counts().available() == limits.replicas();
    }

    /**
     * Scaling amid a rollout: what is added or taken is spread in proportion to the sizes, so that a change of the number neither
     * hastens nor stalls the rollout. What rounding leaves goes to the largest. For example, 10 Pods with a surge of 3 as 8 old and 5
     * new, scaled to 15: 18 allowed, 5 to add: 8×18/13 = 11 (+3), 5×18/13 = 7 (+2).
     *
     * @param statusReplicas of the Deployment, for ReplicaSets that lost their annotation
     */
    static List<Resize> proportional(Limits limits, List<ReplicaSetView> active, int statusReplicas) {
        int allowed = limits.replicas() > 0 ? limits.most() : 0;
        int toAdd = allowed - ReplicaSetView.totalReplicas(active);
        List<ReplicaSetView> order =
                sorted(active, toAdd > 0 ? ReplicaSetView.LARGEST_THEN_NEWEST : ReplicaSetView.LARGEST_THEN_OLDEST);
        List<Resize> resizes = new ArrayList<>();
        int added = 0;
        for (ReplicaSetView set : order) {
            int share = share(limits, set, toAdd, added, statusReplicas);
            resizes.add(new Resize(set, set.replicas() + share));
            added += share;
        }
        if (toAdd != added && !resizes.isEmpty()) {
            Resize largest = resizes.getFirst();
            resizes.set(0, new Resize(largest.set(), Math.max(0, largest.replicas() + toAdd - added)));
        }
        return resizes;
    }

    /** {@code GetReplicaSetProportion}. */
    private static int share(Limits limits, ReplicaSetView set, int toAdd, int added, int statusReplicas) {
        if (set.replicas() == 0 || toAdd == 0 || toAdd == added) {
            return 0;
        }
        int fraction = fraction(limits, set, statusReplicas);
        return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
    }

    /** {@code getReplicaSetFraction}: the size in proportion, less the present one. */
    private static int fraction(Limits limits, ReplicaSetView set, int statusReplicas) {
        if (limits.replicas() == 0) {
            return -set.replicas();
        }
        Integer noted = Annotations.count(set.annotations(), Annotations.MAX_REPLICAS);
        int before = noted == null || noted == 0 ? statusReplicas : noted;
        return before == 0 ? 0 : (int) Math.round((double) set.replicas() * limits.most() / before) - set.replicas();
    }

    private static List<ReplicaSetView> sorted(List<ReplicaSetView> sets, Comparator<ReplicaSetView> order) {
        return sets.stream().sorted(order).toList();
    }
}
