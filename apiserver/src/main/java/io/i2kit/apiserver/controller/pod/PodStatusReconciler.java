package io.i2kit.apiserver.controller.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.typed.TypedObjects;
import io.i2kit.cloud.model.Instance;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.status.MachineReport;
import io.i2kit.translator.status.PodStatusMapper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes what is known of a Pod's machine into its status, where that changes it. */
final class PodStatusReconciler implements Reconciler {
    /** How long a Pod whose machine was lost stays to be seen, when a controller has replaced it. */
    static final Duration LOST_KEPT = Duration.ofSeconds(60);

    private static final int HTTP_CONFLICT = 409;

    private final ObjectClient client;
    private final Informer<PodView> pods;
    private final Machines machines;
    private final PodEvents events;
    private final Clock clock;

    PodStatusReconciler(ObjectClient client, Informer<PodView> pods, Machines machines, PodEvents events, Clock clock) {
        this.client = client;
        this.pods = pods;
        this.machines = machines;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "pod-status";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        PodView pod = pods.get(key);
        MachineReport report = pod == null || pod.gated() ? null : report(pod);
        if (pod == null || report == null) {
            return Result.DONE;
        }
        Change change = new Change(pod, report);
        ObjectNode stored = client.modify(key, "status", change::apply);
        PodStatus after = change.after;
        if (stored == null || after == null) {
            return Result.DONE;
        }
        if (!after.equals(change.before)) {
            events.changed(key, stored, change.before, after);
        }
        return "NodeLost".equals(after.getReason()) && !pod.owner().equals(key) ? collect(pod, after) : Result.DONE;
    }

    /** The last attempt of a write counts: an earlier one saw an older Pod. */
    private final class Change {
        private final PodView pod;
        private final MachineReport report;
        private @Nullable PodStatus before;
        private @Nullable PodStatus after;

        Change(PodView pod, MachineReport report) {
            this.pod = pod;
            this.report = report;
        }

        @Nullable
        ObjectNode apply(@Nullable ObjectNode tree) {
            Pod typed = tree == null ? null : TypedObjects.read(tree, Pod.class);
            if (tree == null
                    || typed == null
                    || !pod.uid().equals(typed.getMetadata().getUid())) {
                after = null;
                return null;
            }
            before = typed.getStatus();
            PodStatus mapped = PodStatusMapper.map(typed, report, clock.instant());
            after = mapped;
            tree.set("status", TypedObjects.write(mapped));
            return tree;
        }
    }

    /** Null when nothing is known: after a start, or before the first pass over its workload. */
    private @Nullable MachineReport report(PodView pod) {
        if (!pod.bound()) {
            Machines.Workload workload = machines.workload(pod.ownerUid());
            return workload == null
                    ? null
                    : new MachineReport(null, null, byName(workload), workload.waiting(), workload.unschedulable());
        }
        if (!machines.isDescribed(pod.group())) {
            return null;
        }
        Machines.Known known = machines.instance(pod.instance());
        Machines.Workload workload = known == null ? null : machines.workload(known.ownerUid());
        Instance instance = known == null ? forgotten(pod) : known.instance();
        return new MachineReport(
                instance, machines.guest(pod.instance()), workload == null ? Map.of() : byName(workload), Map.of(), "");
    }

    private static Map<String, ContainerImage> byName(Machines.Workload workload) {
        Map<String, ContainerImage> images = new HashMap<>();
        workload.images().forEach(image -> images.put(image.container(), image));
        return images;
    }

    private static Instance forgotten(PodView pod) {
        return new Instance(
                pod.instance(),
                pod.group(),
                "",
                Instance.State.TERMINATED,
                "",
                "",
                null,
                null,
                false,
                pod.created(),
                Map.of(),
                "Forgotten",
                "the cloud does not know it any more");
    }

    /** As Kubernetes' Pod garbage collector removes Pods of nodes that are gone. */
    private Result collect(PodView pod, PodStatus status) {
        Instant lostAt = status.getConditions().stream()
                .filter(condition -> "Ready".equals(condition.getType()) && condition.getLastTransitionTime() != null)
                .map(condition -> Instant.parse(condition.getLastTransitionTime()))
                .findFirst()
                .orElse(Instant.EPOCH);
        Duration left = Duration.between(clock.instant(), lostAt.plus(LOST_KEPT));
        if (left.isPositive()) {
            return Result.after(left);
        }
        try {
            client.delete(pod.key(), new DeleteOptions(0L, "", pod.uid(), ""), List.of());
        } catch (ApiException e) {
            if (e.code() != HTTP_CONFLICT) {
                throw e;
            }
        }
        return Result.DONE;
    }
}
