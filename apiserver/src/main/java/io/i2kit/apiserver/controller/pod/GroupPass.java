package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at a group: its machines, and the Pods that use or await them.
 *
 * @param owner the workload
 * @param replicas what the owner asks for (1 for a bare Pod)
 * @param bound Pods that are bound to machines of this group, also to such that are gone
 * @param unbound Pods that await a machine of it, oldest first
 * @param desired how many machines the cloud is to run
 * @param instances by id
 */
record GroupPass(
        ObjectKey owner,
        String ownerUid,
        String group,
        int replicas,
        List<PodView> bound,
        List<PodView> unbound,
        int desired,
        Map<String, Instance> instances) {
    GroupPass {
        bound = List.copyOf(bound);
        unbound = List.copyOf(unbound);
        instances = Map.copyOf(instances);
    }

    static Map<String, Instance> byId(@Nullable GroupStatus status) {
        return status == null
                ? Map.of()
                : status.instances().stream()
                        .collect(Collectors.toMap(Instance::id, Function.identity(), (first, second) -> second));
    }

    /** The same Pods, after the cloud was told the count: what is decided by them must be what was counted. */
    GroupPass after(int count, @Nullable GroupStatus status) {
        return new GroupPass(owner, ownerUid, group, replicas, bound, unbound, count, byId(status));
    }

    /** Whether a machine is there and not asked to stop. */
    static boolean isAlive(@Nullable Instance instance) {
        return instance != null
                && (instance.state() == Instance.State.PENDING || instance.state() == Instance.State.RUNNING);
    }

    boolean hasMachine(PodView pod) {
        return isAlive(instances.get(pod.instance()));
    }

    /** How many Pods that stay have a machine. */
    int placed() {
        return (int)
                bound.stream().filter(pod -> !pod.deleting() && hasMachine(pod)).count();
    }

    /** How many Pods have lost their machine but are not Failed yet: their ReplicaSet still counts them. */
    int lost() {
        return (int) bound.stream()
                .filter(pod -> !pod.deleting() && !pod.finished() && !hasMachine(pod))
                .count();
    }

    /** How many machines Pods need: those that run, and one for each that waits as far as the owner wants so many. */
    int needed() {
        int placed = placed();
        return placed + Math.min(unbound.size(), Math.max(0, replicas - placed));
    }
}
