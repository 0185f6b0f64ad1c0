package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.InstanceGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is persisted of a group, its machines included: one file, so that a change of the desired count and of a machine are
 * one step.
 *
 * @param deleted whether it is to be forgotten once its machines are gone
 * @param launches how many machines were ever started
 */
record GroupRecord(InstanceGroup spec, boolean deleted, int launches, List<InstanceRecord> instances) {
    GroupRecord {
        instances = List.copyOf(instances);
    }

    String name() {
        return spec.name();
    }

    /** How many machines are to be started now. */
    int missing() {
        if (deleted) {
            return 0;
        }
        int present = spec.replaceFailed()
                ? (int) instances.stream().filter(InstanceRecord::counts).count()
                : launches;
        return Math.max(0, spec.desired() - present);
    }

    @Nullable
    InstanceRecord instance(String id) {
        for (InstanceRecord instance : instances) {
            if (instance.id().equals(id)) {
                return instance;
            }
        }
        return null;
    }

    GroupRecord with(InstanceGroup next) {
        return new GroupRecord(next, false, launches, instances);
    }

    GroupRecord asDeleted() {
        return new GroupRecord(spec, true, launches, instances);
    }

    GroupRecord decremented() {
        InstanceGroup less = new InstanceGroup(
                spec.name(), spec.launchTemplate(), Math.max(0, spec.desired() - 1), spec.replaceFailed(), spec.tags());
        // A machine that was asked to leave is no failed one: the count of a bare group's launches falls with it.
        return new GroupRecord(less, deleted, Math.max(0, launches - 1), instances);
    }

    GroupRecord launched(InstanceRecord instance) {
        List<InstanceRecord> next = new ArrayList<>(instances);
        next.add(instance);
        return new GroupRecord(spec, deleted, launches + 1, next);
    }

    /** Undoes {@link #launched}. */
    GroupRecord notLaunched(String id) {
        GroupRecord without = without(id);
        return new GroupRecord(spec, deleted, Math.max(0, launches - 1), without.instances);
    }

    GroupRecord with(InstanceRecord changed) {
        List<InstanceRecord> next = new ArrayList<>(instances);
        next.replaceAll(instance -> instance.id().equals(changed.id()) ? changed : instance);
        return new GroupRecord(spec, deleted, launches, next);
    }

    GroupRecord without(String id) {
        return new GroupRecord(
                spec,
                deleted,
                launches,
                instances.stream().filter(instance -> !instance.id().equals(id)).toList());
    }
}
