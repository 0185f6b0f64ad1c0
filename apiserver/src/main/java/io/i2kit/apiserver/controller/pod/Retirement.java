package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.deploy.StackRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.OwnershipTags;
import io.i2kit.cloud.model.StackId;
import java.time.Duration;
import java.util.List;

/**
 * Ends the stacks of objects that are gone. Their machines go with their Pods; Pods that were orphaned keep theirs until they are
 * deleted themselves.
 */
final class Retirement {
    private static final Duration RECHECK = Duration.ofSeconds(10);

    private final Informer<PodView> pods;
    private final Stacks stacks;
    private final StackDeployer deployer;
    private final MachineSide machines;
    private final WorkQueue statusQueue;

    Retirement(
            Informer<PodView> pods,
            Stacks stacks,
            StackDeployer deployer,
            MachineSide machines,
            WorkQueue statusQueue) {
        this.pods = pods;
        this.stacks = stacks;
        this.deployer = deployer;
        this.machines = machines;
        this.statusQueue = statusQueue;
    }

    /** @param presentUid of the object that has the key now, or empty */
    Result retire(ObjectKey key, String presentUid) {
        Result next = Result.DONE;
        for (StackRecord record : stacks.ofOwner(key)) {
            if (!record.id().uid().equals(presentUid) && !retire(key, record)) {
                next = Result.after(RECHECK);
            }
        }
        removeLeftovers(key);
        return next;
    }

    /** Whether nothing is left. */
    private boolean retire(ObjectKey key, StackRecord record) {
        Duration grace = Duration.ZERO;
        boolean kept = false;
        for (String group : record.names(StackRecord.Kind.INSTANCE_GROUP)) {
            GroupPass pass = pass(key, record.id(), group);
            kept |= keepOrphaned(record.id(), pass);
            machines.ender().endDeleted(pass);
            machines.ender().endOrphans(pass);
            for (PodView pod : pass.bound()) {
                Duration own = Duration.ofSeconds(pod.graceSeconds());
                grace = pod.deleting() && own.compareTo(grace) > 0 ? own : grace;
                statusQueue.add(pod.key());
            }
        }
        if (kept || !deployer.delete(record.id(), grace)) {
            return false;
        }
        for (String group : record.names(StackRecord.Kind.INSTANCE_GROUP)) {
            machines.seen(record.id().uid(), group, null);
            pods.byIndex(PodControllers.BY_GROUP, group).stream()
                    .filter(PodView::deleting)
                    .forEach(machines.ender()::remove);
        }
        machines.known().forgetWorkload(record.id().uid());
        return true;
    }

    private GroupPass pass(ObjectKey key, StackId id, String group) {
        GroupStatus status = deployer.groups().get(group);
        machines.seen(id.uid(), group, status);
        machines.listener().listen(id.uid(), GroupPass.byId(status).values());
        return new GroupPass(
                key,
                id.uid(),
                group,
                0,
                pods.byIndex(PodControllers.BY_GROUP, group),
                List.of(),
                status == null ? 0 : status.desired(),
                GroupPass.byId(status));
    }

    /** Whether Pods that nobody deletes have machines in the group; it runs just these from now on and replaces none. */
    private boolean keepOrphaned(StackId id, GroupPass pass) {
        int kept = pass.placed();
        deployer.scale(new InstanceGroup(pass.group(), pass.group(), kept, false, OwnershipTags.of(id)));
        return kept > 0;
    }

    /** Pods of the key that are being deleted and whose machines no stack holds any more. */
    private void removeLeftovers(ObjectKey key) {
        for (PodView pod : pods.byIndex(PodControllers.BY_OWNER_KEY, PodControllers.text(key))) {
            ObjectKey holder = pod.group().isEmpty() ? null : stacks.ownerOfGroup(pod.group());
            if (pod.deleting() && holder == null) {
                machines.ender().remove(pod);
            }
        }
    }
}
