package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins the ReplicaSet controller to the changes that concern it. */
public final class ReplicaSetController {
    /** {@code --concurrent-replicaset-syncs} of the controller manager. */
    private static final int WORKERS = 5;

    private static final String REPLICA_SETS = "apps/replicasets";

    private final Informer<OwnedReplicaSet> replicaSets;
    private final WorkQueue queue;

    private ReplicaSetController(Informer<OwnedReplicaSet> replicaSets, WorkQueue queue) {
        this.replicaSets = replicaSets;
        this.queue = queue;
    }

    /** Registers the controller; to be called before the informers and the manager start. */
    public static void register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder events,
            Clock clock) {
        Informer<ReplicaPod> pods = informers.create("pods", ReplicaPod::of, Map.of());
        Informer<OwnedReplicaSet> replicaSets = informers.create(REPLICA_SETS, OwnedReplicaSet::of, Map.of());
        WorkQueue queue = manager.register(
                new ReplicaSetReconciler(client, pods, replicaSets, new PodControl(client, events), clock), WORKERS);
        ReplicaSetController controller = new ReplicaSetController(replicaSets, queue);
        replicaSets.onChange((key, before, after) -> queue.add(key));
        pods.onChange((key, before, after) -> controller.podChanged(before, after));
    }

    /** A Pod concerns its controller, before and now; one without any concerns every ReplicaSet that selects it. */
    private void podChanged(@Nullable ReplicaPod before, @Nullable ReplicaPod after) {
        for (ReplicaPod pod : new @Nullable ReplicaPod[] {before, after}) {
            if (pod != null && pod.controllerKind().equals("ReplicaSet")) {
                queue.add(new ObjectKey(REPLICA_SETS, pod.key().namespace(), pod.controllerName()));
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
