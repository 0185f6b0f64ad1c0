package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import io.i2kit.translator.apps.ModelBuilder;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The machines of one workload: a key is a ReplicaSet or a bare Pod. The count of machines follows from its Pods; its Pods from the
 * ReplicaSet controller.
 */
final class WorkloadReconciler implements Reconciler {
    /** Notices of the cloud are never lost, but this server's memory of them may be. */
    private static final Duration RESYNC = Duration.ofMinutes(5);

    private final ObjectClient client;
    private final Informer<PodView> pods;
    private final ModelBuilder builder;
    private final WorkloadParts parts;

    WorkloadReconciler(ObjectClient client, Informer<PodView> pods, ModelBuilder builder, WorkloadParts parts) {
        this.client = client;
        this.pods = pods;
        this.builder = builder;
        this.parts = parts;
    }

    @Override
    public String name() {
        return "machine";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode owner = client.get(key);
        String uid = owner == null ? "" : FieldPaths.text(owner, "metadata.uid");
        try {
            return reconcile(key, owner, uid);
        } catch (CloudException e) {
            parts.machines().problems().refused(unbound(uid), e);
            return Result.retry(String.valueOf(e.getMessage()));
        }
    }

    private Result reconcile(ObjectKey key, @Nullable ObjectNode owner, String uid) {
        Result retired = parts.retirement().retire(key, uid);
        if (owner == null) {
            parts.references().remove(key);
            return retired;
        }
        Workload workload = WorkloadReader.workload(key, owner);
        boolean known = parts.stacks().get(builder.stackId(workload)) != null;
        PodView pod = workload.isBarePod() ? pods.get(key) : null;
        boolean controlled = pod != null && !pod.owner().equals(key);
        return controlled && !known ? retired : sooner(retired, sync(key, owner, workload, known));
    }

    private Result sync(ObjectKey key, ObjectNode owner, Workload workload, boolean known) {
        String group = builder.groupName(workload);
        GroupStatus before = known ? parts.groups().get(group) : null;
        GroupPass first = pass(key, workload, before);
        if (first == null) {
            return Result.DONE;
        }
        String missing = known ? "" : UnfitPods.why(workload, builder);
        if (!missing.isEmpty()) {
            return wait(first, workload, missing);
        }
        int desired = desired(first, workload);
        if (!known && desired == 0) {
            first.bound().stream()
                    .filter(PodView::deleting)
                    .forEach(parts.machines().ender()::remove);
            return Result.DONE;
        }
        parts.references().put(key, workload);
        WorkloadDeployer.Request request = new WorkloadDeployer.Request(
                key, workload, WorkloadImages.of(owner, workload), desired, () -> waiting(workload.uid(), group));
        WorkloadDeployer.Outcome outcome = parts.deployer().deploy(request);
        GroupStatus status = parts.groups().get(group);
        parts.machines().seen(workload.uid(), group, status);
        GroupPass pass = first.after(desired, status);
        List<ContainerImage> images = request.images().orElse(List.of());
        parts.machines().ensureNodes(pass, builder.size(workload, images), builder.architecture(workload));
        String problem = parts.machines().apply(pass, status, workload.isBarePod() ? null : owner);
        parts.machines().known().report(workload.uid(), new Machines.Workload(images, outcome.waiting(), problem));
        Stream.concat(pass.bound().stream(), pass.unbound().stream())
                .forEach(pod -> parts.statusQueue().add(pod.key()));
        Duration again = pass.unbound().isEmpty() ? RESYNC : SilentMachines.PATIENCE;
        return outcome.next() instanceof Result.Done ? Result.after(again) : outcome.next();
    }

    /** No machine will do: the Pods stay Pending, and say why. */
    private Result wait(GroupPass pass, Workload workload, String missing) {
        parts.machines().known().report(workload.uid(), new Machines.Workload(List.of(), Map.of(), missing));
        parts.machines().problems().insufficient(pass.unbound(), missing);
        pass.unbound().forEach(pod -> parts.statusQueue().add(pod.key()));
        return Result.after(RESYNC);
    }

    /**
     * How many machines there are to be: one a Pod that needs one. For a ReplicaSet the count does not fall below its replicas
     * while a Pod is being replaced, or the cloud would hold back the machine of the new one for a moment.
     */
    private static int desired(GroupPass pass, Workload workload) {
        return workload.isBarePod()
                ? pass.needed()
                : Math.max(pass.needed(), Math.min(pass.replicas(), pass.desired()));
    }

    /**
     * First the Pods, then what their owner asks for: a Pod that was deleted to scale in is seen only with the lower count. Null
     * when the owner is gone by now.
     */
    private @Nullable GroupPass pass(ObjectKey key, Workload workload, @Nullable GroupStatus status) {
        String group = builder.groupName(workload);
        List<PodView> bound = pods.byIndex(PodControllers.BY_GROUP, group);
        List<PodView> unbound = unbound(workload.uid());
        ObjectNode owner = client.get(key);
        if (owner == null || !FieldPaths.text(owner, "metadata.uid").equals(workload.uid())) {
            return null;
        }
        int current = status == null ? 0 : status.desired();
        int replicas = replicas(workload, owner);
        return new GroupPass(key, workload.uid(), group, replicas, bound, unbound, current, GroupPass.byId(status));
    }

    private static int replicas(Workload workload, ObjectNode owner) {
        if (!FieldPaths.text(owner, "metadata.deletionTimestamp").isEmpty()) {
            return 0;
        }
        return workload.isBarePod() ? 1 : owner.path("spec").path("replicas").asInt(1);
    }

    private List<PodView> unbound(String ownerUid) {
        return pods.byIndex(PodControllers.BY_OWNER, ownerUid).stream()
                .filter(PodView::unbound)
                .sorted(Comparator.comparing(PodView::created)
                        .thenComparing(pod -> pod.key().name()))
                .toList();
    }

    /** Pods whose containers do not run yet. */
    private Collection<PodView> waiting(String ownerUid, String group) {
        List<PodView> unbound = unbound(ownerUid);
        return unbound.isEmpty() ? pods.byIndex(PodControllers.BY_GROUP, group) : unbound;
    }

    static Result sooner(Result one, Result other) {
        return switch (one) {
            case Result.Retry retry -> retry;
            case Result.Done done -> other;
            case Result.After(Duration delay) ->
                other instanceof Result.After(Duration otherDelay) && otherDelay.compareTo(delay) < 0
                                || other instanceof Result.Retry
                        ? other
                        : one;
        };
    }
}
