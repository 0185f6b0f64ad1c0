package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.MachineSize;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What is done with the machines that a group has: ended, bound, listened to. */
record MachineSide(
        Machines known,
        MachineEnder ender,
        MachineBinder binder,
        GuestListener listener,
        LaunchProblems problems,
        SilentMachines silent,
        VirtualNodes nodes) {
    /** Notes what the cloud says of a group. */
    void seen(String ownerUid, String group, @Nullable GroupStatus status) {
        known.seen(ownerUid, group, status == null ? List.of() : status.instances());
    }

    /** Nodes of a group's machines are there before Pods name them. */
    void ensureNodes(GroupPass pass, MachineSize size, Architecture architecture) {
        pass.instances().values().stream()
                .filter(GroupPass::isAlive)
                .forEach(instance -> nodes.ensure(instance, size, architecture));
    }

    /**
     * @param replicaSet the owner, or null for a bare Pod
     * @return why waiting Pods cannot be scheduled, or empty
     */
    String apply(GroupPass pass, @Nullable GroupStatus status, @Nullable ObjectNode replicaSet) {
        ender.endDeleted(pass);
        ender.endOrphans(pass);
        List<Instance> free = binder.bind(pass, replicaSet);
        ender.endSurplus(pass, free);
        listener.listen(pass.ownerUid(), pass.instances().values());
        String problem = problems.tell(pass, status);
        return problem.isEmpty() ? silent.tell(pass) : problem;
    }
}
