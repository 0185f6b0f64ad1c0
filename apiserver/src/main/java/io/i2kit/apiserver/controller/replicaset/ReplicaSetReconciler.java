package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.replicaset.ReplicaSetStatus.Counts;
import io.i2kit.apiserver.controller.replicaset.ReplicaSetStatus.Failure;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code syncReplicaSet}. */
public final class ReplicaSetReconciler implements Reconciler {
    /** How many Pods one pass creates or deletes at most ({@code BurstReplicas}). */
    static final int BURST_REPLICAS = 500;

    /** A missed notice must not stop a ReplicaSet for ever. */
    private static final Duration RECHECK = Duration.ofSeconds(1);

    private final ReplicaKind kind;
    private final ObjectClient client;
    private final Informer<ReplicaPod> pods;
    private final Informer<OwnedReplicaSet> replicaSets;
    private final PodControl control;
    private final Clock clock;
    private final Expectations expectations = new Expectations();

    ReplicaSetReconciler(
            ReplicaKind kind,
            ObjectClient client,
            Informer<ReplicaPod> pods,
            Informer<OwnedReplicaSet> replicaSets,
            PodControl control,
            Clock clock) {
        this.kind = kind;
        this.client = client;
        this.pods = pods;
        this.replicaSets = replicaSets;
        this.control = control;
        this.clock = clock;
    }

    @Override
    public String name() {
        return kind.name();
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode replicaSet = client.get(key);
        if (replicaSet == null) {
            expectations.forget(key);
            return Result.DONE;
        }
        boolean current = expectations.satisfied(key, pods::get, pod -> client.get(pod) != null);
        List<ReplicaPod> owned = claim(replicaSet, key);
        List<ReplicaPod> active = owned.stream().filter(ReplicaPod::isActive).toList();
        Failure failure = null;
        ApiException error = null;
        boolean deleting =
                !FieldPaths.text(replicaSet, "metadata.deletionTimestamp").isEmpty();
        if (current && !deleting) {
            try {
                failure = manage(key, replicaSet, active);
            } catch (ApiException e) {
                error = e;
                failure = new Failure(
                        active.size() < desired(replicaSet) ? "FailedCreate" : "FailedDelete",
                        String.valueOf(e.getMessage()));
            }
        }
        int terminating = (int) owned.stream().filter(ReplicaPod::terminating).count();
        Counts counts = ReplicaSetStatus.count(replicaSet, active, terminating, clock.instant());
        writeStatus(key, counts, failure);
        if (error != null) {
            return Result.retry(String.valueOf(error.getMessage()));
        }
        return next(replicaSet, counts, current);
    }

    private Result next(ObjectNode replicaSet, Counts counts, boolean current) {
        if (!current) {
            return Result.after(RECHECK);
        }
        long minReadySeconds = replicaSet.path("spec").path("minReadySeconds").asLong(0);
        boolean waits = minReadySeconds > 0 && counts.ready() > counts.available();
        return waits ? Result.after(Duration.ofSeconds(minReadySeconds)) : Result.DONE;
    }

    /** {@code PodControllerRefManager.ClaimPods}: Pods that it owns after adopting and releasing. */
    private List<ReplicaPod> claim(ObjectNode replicaSet, ObjectKey key) {
        String uid = FieldPaths.text(replicaSet, "metadata.uid");
        boolean deleting =
                !FieldPaths.text(replicaSet, "metadata.deletionTimestamp").isEmpty();
        ObjectSelector selector = kind.selector(replicaSet);
        List<ReplicaPod> owned = new ArrayList<>();
        for (ReplicaPod pod : pods.in(key.namespace())) {
            boolean matches = selector.matches(pod.labels());
            if (pod.controllerUid().equals(uid)) {
                if (matches) {
                    owned.add(pod);
                } else if (!deleting && !pod.terminating()) {
                    control.release(uid, pod);
                }
            } else if (pod.controllerUid().isEmpty() && matches && !deleting && pod.isActive()) {
                control.adopt(replicaSet, pod);
                owned.add(pod);
            }
        }
        return owned;
    }

    private @Nullable Failure manage(ObjectKey key, ObjectNode replicaSet, List<ReplicaPod> active) {
        int difference = active.size() - desired(replicaSet);
        if (difference < 0) {
            return create(key, replicaSet, Math.min(-difference, BURST_REPLICAS));
        }
        if (difference > 0) {
            delete(key, replicaSet, active, Math.min(difference, BURST_REPLICAS));
        }
        return null;
    }

    private @Nullable Failure create(ObjectKey key, ObjectNode replicaSet, int count) {
        try {
            PodControl.slowStart(count, () -> expectations.created(key, control.create(key, replicaSet)));
            return null;
        } catch (ApiException e) {
            if (PodControl.isNamespaceTerminating(e)) {
                return new Failure("FailedCreate", String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private void delete(ObjectKey key, ObjectNode replicaSet, List<ReplicaPod> active, int count) {
        Instant now = clock.instant();
        for (ReplicaPod pod : PodRanking.toDelete(active, related(key, active), count, now)) {
            expectations.deleted(key, pod.key(), pod.uid());
            control.delete(key, replicaSet, pod);
        }
    }

    /** Active Pods of all ReplicaSets of the same owner ({@code getIndirectlyRelatedPods}). */
    private List<ReplicaPod> related(ObjectKey key, List<ReplicaPod> active) {
        OwnedReplicaSet own = replicaSets.get(key);
        if (own == null || own.ownerUid().isEmpty()) {
            return active;
        }
        List<String> siblings = replicaSets.in(key.namespace()).stream()
                .filter(other -> other.ownerUid().equals(own.ownerUid()))
                .map(OwnedReplicaSet::uid)
                .toList();
        return pods.in(key.namespace()).stream()
                .filter(pod -> pod.isActive() && siblings.contains(pod.controllerUid()))
                .toList();
    }

    private static int desired(ObjectNode replicaSet) {
        return replicaSet.path("spec").path("replicas").asInt(1);
    }

    private void writeStatus(ObjectKey key, Counts counts, @Nullable Failure failure) {
        Instant now = clock.instant();
        client.modify(key, "status", tree -> {
            if (tree != null) {
                tree.set("status", ReplicaSetStatus.of(tree, counts, failure, now, kind.countsTerminating()));
            }
            return tree;
        });
    }
}
