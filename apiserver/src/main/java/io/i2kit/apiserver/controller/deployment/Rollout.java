package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.deployment.ReplicaSets.Found;
import io.i2kit.apiserver.controller.deployment.Sizes.Resize;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Moves the sizes of a Deployment's ReplicaSets one step on ({@code rolling.go}, {@code recreate.go}, {@code sync.go}). */
final class Rollout {
    private final Pass pass;
    private final ReplicaSets sets;
    private final RolloutStatus status;

    Rollout(Pass pass, ReplicaSets sets, RolloutStatus status) {
        this.pass = pass;
        this.sets = sets;
        this.status = status;
    }

    /** {@code rolloutRolling}: first up, if surge leaves room; else down, if availability allows. */
    Result rolling(Found before) {
        Found found = sets.create(before);
        ReplicaSetView newest = found.newest();
        if (newest != null && (scaleNew(found, newest) || scaleOld(found, newest))) {
            return status.syncRollout(found);
        }
        cleanUpWhenComplete(found);
        return status.syncRollout(found);
    }

    /**
     * {@code rolloutRecreate}: no new Pod before the last old one is gone.
     *
     * @param runsPods whether a ReplicaSet still has Pods that have not ended
     */
    Result recreate(Found before, Predicate<ReplicaSetView> runsPods) {
        List<ReplicaSetView> active = ReplicaSetView.active(before.old());
        active.forEach(old -> sets.scale(old, 0));
        boolean oldRun = ReplicaSetView.totalActual(before.old()) > 0
                || before.old().stream().anyMatch(runsPods);
        if (!active.isEmpty() || oldRun) {
            return status.syncRollout(before);
        }
        Found found = sets.create(before);
        if (found.newest() != null) {
            sets.scale(found.newest(), pass.deployment().limits().replicas());
        }
        cleanUpWhenComplete(found);
        return status.syncRollout(found);
    }

    /** {@code sync}: for a paused Deployment, and for one whose number of Pods was changed. */
    Result scaling(Found found) {
        scale(found);
        if (pass.deployment().paused() && pass.deployment().rollbackTo() == null) {
            sets.cleanUp(found.old());
        }
        return status.syncCounts(found);
    }

    /** {@code isScalingEvent}: whether a ReplicaSet with Pods remembers another number than the one wanted now. */
    boolean isScalingEvent(Found found) {
        int wanted = pass.deployment().limits().replicas();
        return ReplicaSetView.active(found.all()).stream()
                .map(set -> Annotations.count(set.annotations(), Annotations.DESIRED_REPLICAS))
                .anyMatch(desired -> differs(desired, wanted));
    }

    private static boolean differs(@Nullable Integer desired, int wanted) {
        return desired != null && desired != wanted;
    }

    /** {@code reconcileNewReplicaSet}; returns whether the size changed. */
    private boolean scaleNew(Found found, ReplicaSetView newest) {
        Limits limits = pass.deployment().limits();
        int replicas = newest.replicas() > limits.replicas()
                ? limits.replicas()
                : Sizes.ofNew(limits, ReplicaSetView.totalReplicas(found.all()), newest.replicas());
        return sets.scale(newest, replicas) != newest;
    }

    /** {@code reconcileOldReplicaSets}: Pods that are not available first, then as many as availability allows. */
    private boolean scaleOld(Found found, ReplicaSetView newest) {
        Limits limits = pass.deployment().limits();
        List<ReplicaSetView> old = ReplicaSetView.active(found.old());
        int removable = Sizes.removable(limits, found.all(), newest);
        if (old.isEmpty() || removable <= 0) {
            return false;
        }
        List<ReplicaSetView> healthy = apply(Sizes.withoutUnhealthy(old, removable), old);
        int available = ReplicaSetView.totalAvailable(old) + newest.counts().available();
        List<ReplicaSetView> fewer = apply(Sizes.ofOld(limits, healthy, available), healthy);
        return !fewer.equals(old);
    }

    /** {@code scale}. */
    private void scale(Found found) {
        Limits limits = pass.deployment().limits();
        ReplicaSetView only = Sizes.onlyActiveOrNewest(found.newest(), found.old());
        if (only != null) {
            sets.scale(only, limits.replicas());
        } else if (Sizes.saturated(limits, found.newest())) {
            ReplicaSetView.active(found.old()).forEach(old -> sets.scale(old, 0));
        } else if (limits.rolling()) {
            Sizes.proportional(
                            limits,
                            ReplicaSetView.active(found.all()),
                            pass.deployment().status().path("replicas").asInt(0))
                    .forEach(resize -> sets.resize(resize.set(), resize.replicas()));
        }
    }

    /** The ReplicaSets as they are after some were given other sizes. */
    private List<ReplicaSetView> apply(List<Resize> resizes, List<ReplicaSetView> before) {
        Map<ObjectKey, ReplicaSetView> after = new LinkedHashMap<>();
        before.forEach(set -> after.put(set.key(), set));
        resizes.forEach(resize -> after.put(resize.set().key(), sets.scale(resize.set(), resize.replicas())));
        return List.copyOf(after.values());
    }

    private void cleanUpWhenComplete(Found found) {
        if (status.complete(pass.deployment().status())) {
            sets.cleanUp(found.old());
        }
    }
}
