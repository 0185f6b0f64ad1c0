package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.controller.deployment.ReplicaSets.Found;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates and scales ReplicaSets until a Deployment's Pods are of its template, by the algorithm of Kubernetes'
 * {@code pkg/controller/deployment}. Informers say when to look; the objects that a pass judges are read fresh.
 */
public final class DeploymentController implements Reconciler {
    static final String DEPLOYMENTS = "apps/deployments";
    private static final String UID = "uid";
    private static final String OWNER = "owner";
    private static final int WORKERS = 5;

    private final ObjectClient client;
    private final EventRecorder recorder;
    private final InstantSource clock;
    private final Informer<Projection.Deployment> deployments;
    private final Informer<Projection.ReplicaSet> replicaSets;
    private final Informer<Projection.Pod> pods;

    private DeploymentController(
            InformerFactory informers, ObjectClient client, EventRecorder recorder, InstantSource clock) {
        this.client = client;
        this.recorder = recorder;
        this.clock = clock;
        this.deployments = informers.create(DEPLOYMENTS, Projection.Deployment::of, Map.of());
        this.replicaSets = informers.create(
                ReplicaSetView.RESOURCE,
                Projection.ReplicaSet::of,
                Map.of(
                        UID, (key, set) -> List.of(set.uid()),
                        OWNER, (key, set) -> List.of(set.ownerUid())));
        this.pods = informers.create("pods", Projection.Pod::of, Map.of(OWNER, (key, pod) -> List.of(pod.ownerUid())));
    }

    /** Registers the controller; it runs when the manager and the informers are started. */
    public static DeploymentController register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder recorder,
            InstantSource clock) {
        DeploymentController controller = new DeploymentController(informers, client, recorder, clock);
        controller.enqueueOnChange(manager.register(controller, WORKERS));
        return controller;
    }

    @Override
    public String name() {
        return "deployment";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode object = client.get(key);
        if (object == null) {
            return Result.DONE;
        }
        Pass pass = new Pass(client, recorder, clock, new DeploymentView(key, object));
        try {
            return sync(pass);
        } catch (ApiException e) {
            if (namespaceEnds(e)) {
                return Result.DONE;
            }
            throw e;
        }
    }

    /** {@code syncDeployment}. */
    private Result sync(Pass pass) {
        DeploymentView deployment = pass.deployment();
        if (deployment.selector().isEmpty()) {
            return refuseSelectingAll(pass);
        }
        ReplicaSets sets = new ReplicaSets(pass);
        RolloutStatus status = new RolloutStatus(pass);
        Rollout rollout = new Rollout(pass, sets, status);
        List<ReplicaSetView> owned = sets.claim(candidates(deployment));
        if (deployment.deleting()) {
            return status.syncCounts(sets.sync(owned));
        }
        checkPaused(pass);
        Found found = sets.sync(owned);
        Long rollbackTo = deployment.rollbackTo();
        if (!deployment.paused() && rollbackTo != null) {
            return new Rollback(pass).to(rollbackTo, sets.create(found));
        }
        if (deployment.paused() || rollout.isScalingEvent(found)) {
            return rollout.scaling(found);
        }
        return deployment.limits().rolling() ? rollout.rolling(found) : rollout.recreate(found, this::runsPods);
    }

    private static Result refuseSelectingAll(Pass pass) {
        pass.event(
                "Warning", "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
        long generation = pass.deployment().generation();
        if (pass.deployment().status().path("observedGeneration").asLong(0) < generation) {
            pass.updateStatus(object -> object.withObject("status").put("observedGeneration", generation));
        }
        return Result.DONE;
    }

    /** {@code checkPausedConditions}: time spent paused must not count as lack of progress. */
    private static void checkPaused(Pass pass) {
        DeploymentView deployment = pass.deployment();
        String reason = Conditions.reason(Conditions.find(deployment.status(), Conditions.PROGRESSING));
        if (deployment.progressDeadlineSeconds() == null
                || reason.equals(Conditions.DEADLINE_EXCEEDED)
                || deployment.paused() == reason.equals(Conditions.PAUSED)) {
            return;
        }
        ObjectNode condition = Conditions.create(
                Conditions.PROGRESSING,
                "Unknown",
                deployment.paused() ? Conditions.PAUSED : Conditions.RESUMED,
                deployment.paused() ? "Deployment is paused" : "Deployment is resumed",
                pass.now());
        pass.updateStatus(object -> Conditions.set(object.withObject("status"), condition));
    }

    /** ReplicaSets that it owns or may adopt, as they are now. */
    private List<ObjectNode> candidates(DeploymentView deployment) {
        ObjectSelector selector = deployment.selector();
        List<ObjectNode> found = new ArrayList<>();
        for (Projection.ReplicaSet set : replicaSets.in(deployment.key().namespace())) {
            boolean mine = set.ownerUid().equals(deployment.uid());
            boolean orphan = set.ownerUid().isEmpty() && selector.matches(set.labels());
            ObjectNode object = mine || orphan ? client.get(set.key()) : null;
            if (object != null) {
                found.add(object);
            }
        }
        return found;
    }

    private boolean runsPods(ReplicaSetView set) {
        return pods.byIndex(OWNER, set.uid()).stream().anyMatch(pod -> !pod.ended());
    }

    private static boolean namespaceEnds(ApiException error) {
        ApiException.Details details = error.details();
        return details != null
                && details.causes().stream().anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
    }

    private void enqueueOnChange(WorkQueue queue) {
        deployments.onChange((key, before, after) -> queue.add(key));
        replicaSets.onChange((key, before, after) -> {
            enqueueOwner(queue, key, before);
            if (before == null || after == null || !after.ownerUid().equals(before.ownerUid())) {
                enqueueOwner(queue, key, after);
            }
            if (after != null && after.ownerUid().isEmpty()) {
                enqueueMatching(queue, key, after);
            }
        });
        pods.onChange((key, before, after) -> {
            boolean ends = after == null || after.ended();
            if (before != null && ends) {
                enqueueRecreating(queue, before);
            }
        });
    }

    private static void enqueueOwner(WorkQueue queue, ObjectKey key, Projection.@Nullable ReplicaSet set) {
        if (set != null && !set.ownerName().isEmpty()) {
            queue.add(new ObjectKey(DEPLOYMENTS, key.namespace(), set.ownerName()));
        }
    }

    /** An orphan: whoever selects it may adopt it. */
    private void enqueueMatching(WorkQueue queue, ObjectKey key, Projection.ReplicaSet set) {
        for (Projection.Deployment deployment : deployments.in(key.namespace())) {
            if (deployment.selector().matches(set.labels())) {
                queue.add(deployment.key());
            }
        }
    }

    /** A Pod ended: a Deployment that recreates may have waited for it. */
    private void enqueueRecreating(WorkQueue queue, Projection.Pod pod) {
        replicaSets.byIndex(UID, pod.ownerUid()).stream()
                .filter(set -> !set.ownerName().isEmpty())
                .map(set -> deployments.get(new ObjectKey(DEPLOYMENTS, set.key().namespace(), set.ownerName())))
                .filter(Objects::nonNull)
                .filter(Projection.Deployment::recreates)
                .forEach(deployment -> queue.add(deployment.key()));
    }
}
