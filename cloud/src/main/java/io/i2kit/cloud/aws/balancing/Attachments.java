package io.i2kit.cloud.aws.balancing;

import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AutoScalingApi;
import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.aws.api.AwsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which groups are behind which target groups. Auto Scaling then registers and deregisters machines by itself, with draining, also
 * while no server runs. A Service may come before its groups, so every look at the groups compares.
 */
public final class Attachments {
    private final AutoScalingApi autoScaling;
    private final String clusterId;
    /** The model's names of groups, by the ARN of each target group that this server knows. */
    private final Map<String, Set<String>> wanted = new ConcurrentHashMap<>();

    public Attachments(AutoScalingApi autoScaling, String clusterId) {
        this.autoScaling = autoScaling;
        this.clusterId = clusterId;
    }

    /** Returns whether it is a change. */
    boolean want(String targetGroupArn, Collection<String> groups) {
        Set<String> now = Set.copyOf(groups);
        return !now.equals(wanted.put(targetGroupArn, now));
    }

    /**
     * Detaches target groups that are about to be deleted: a group that names one that is gone launches nothing any more. AWS is asked
     * which groups have them, since this server may not have attached them.
     */
    synchronized void detach(Collection<String> targetGroupArns) {
        wanted.keySet().removeAll(targetGroupArns);
        for (Group group : autoScaling.groupsTagged(AwsTags.CLUSTER, clusterId)) {
            List<String> going = group.targetGroups().stream()
                    .filter(targetGroupArns::contains)
                    .toList();
            if (!going.isEmpty()) {
                detach(group.name(), going);
            }
        }
    }

    /** Refused where a call whose answer was lost has done it, or the group is gone: then nothing is attached any more. */
    private void detach(String group, List<String> targetGroupArns) {
        try {
            autoScaling.detachTargetGroups(group, targetGroupArns);
        } catch (AwsException e) {
            boolean isAttached = autoScaling.groups(List.of(group)).stream()
                    .flatMap(now -> now.targetGroups().stream())
                    .anyMatch(targetGroupArns::contains);
            if (isAttached) {
                throw e;
            }
        }
    }

    /** Attaches and detaches what is not as wanted; target groups that this server does not know are left alone. */
    public synchronized void ensure(Collection<Group> groups) {
        for (Group group : groups) {
            if (group.tags().containsKey(AwsTags.DELETING)) {
                continue;
            }
            String name = group.tags().getOrDefault(AwsTags.NAME, group.name());
            Set<String> attached = new HashSet<>(group.targetGroups());
            List<String> missing = new ArrayList<>();
            List<String> surplus = new ArrayList<>();
            wanted.forEach((arn, names) -> {
                if (names.contains(name) && !attached.contains(arn)) {
                    missing.add(arn);
                } else if (!names.contains(name) && attached.contains(arn)) {
                    surplus.add(arn);
                }
            });
            if (!missing.isEmpty()) {
                autoScaling.attachTargetGroups(group.name(), missing);
            }
            if (!surplus.isEmpty()) {
                detach(group.name(), surplus);
            }
        }
    }
}
