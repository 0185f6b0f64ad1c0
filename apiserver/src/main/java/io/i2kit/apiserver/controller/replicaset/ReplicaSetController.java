package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins the controllers of ReplicaSets and of ReplicationControllers to the changes that concern them. */
public final class ReplicaSetController {
    /** {@code --concurrent-replicaset-syncs} of the controller manager. */
    private static final int WORKERS = 5;

    private final ReplicaKind kind;
    private final Informer<OwnedReplicaSet> replicaSets;
    private final WorkQueue queue;

    private ReplicaSetController(ReplicaKind kind, Informer<OwnedReplicaSet> replicaSets, WorkQueue queue) {
        this.kind = kind;
        this.replicaSets = replicaSets;
        this.queue = queue;
    }

    /** Registers both; to be called before the informers and the manager start. */
    public static void register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder events,
            Clock clock) {
        Informer<ReplicaPod> pods = informers.create("pods", ReplicaPod::of, Map.of());
        for (ReplicaKind kind : List.of(ReplicaKind.REPLICA_SET, ReplicaKind.REPLICATION_CONTROLLER)) {
            Informer<OwnedReplicaSet> replicaSets =
                    informers.create(kind.resource(), object -> OwnedReplicaSet.of(kind, object), Map.of());
            PodControl control = new PodControl(kind, client, events);
            WorkQueue queue = manager.register(
                    new ReplicaSetReconciler(kind, client, pods, replicaSets, control, clock), WORKERS);
            ReplicaSetController controller = new ReplicaSetController(kind, replicaSets, queue);
            replicaSets.onChange((key, before, after) -> queue.add(key));
            pods.onChange((key, before, after) -> controller.podChanged(before, after));
        }
    }

    /** A Pod concerns its controller, before and now; one without any concerns each that selects it. */
    private void podChanged(@Nullable ReplicaPod before, @Nullable ReplicaPod after) {
        for (ReplicaPod pod : new @Nullable ReplicaPod[] {before, after}) {
            if (pod != null && pod.controllerKind().equals(kind.kind())) {
                queue.add(new ObjectKey(kind.resource(), pod.key().namespace(), pod.controllerName()));
            }
        }
        if (after != null && after.controllerUid().isEmpty()) {
            for (OwnedReplicaSet replicaSet : replicaSets.in(after.key().namespace())) {
                if (replicaSet.selector().matches(after.labels())) {
                    queue.add(replicaSet.key());
                }
            }
        }
    }
}
