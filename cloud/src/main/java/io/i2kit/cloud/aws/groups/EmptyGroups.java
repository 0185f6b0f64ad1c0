package io.i2kit.cloud.aws.groups;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AutoScalingApi;
import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.Ec2Api;
import io.i2kit.cloud.aws.api.Ec2Api.Template;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Groups without machines. A region has 500 Auto Scaling groups and every old revision of a Deployment is a group of none, so they
 * are removed after a while; a tag of their launch template says that they are there all the same.
 */
final class EmptyGroups {
    private final Ec2Api ec2;
    private final AutoScalingApi autoScaling;
    private final AwsOptions options;
    private final AwsNames names;
    private final Clock clock;
    private final Map<String, Instant> emptySince = new TreeMap<>();
    /** Template ids by the name of the group that was removed. */
    private final Map<String, String> removed = new TreeMap<>();

    private boolean loaded;

    EmptyGroups(Ec2Api ec2, AutoScalingApi autoScaling, AwsOptions options, Clock clock) {
        this.ec2 = ec2;
        this.autoScaling = autoScaling;
        this.options = options;
        this.names = new AwsNames(options.clusterId());
        this.clock = clock;
    }

    /** Whether the group was removed for having no machines. */
    synchronized boolean holds(String group) {
        load();
        return removed.containsKey(group);
    }

    /** The names of removed groups, without those that are there again. */
    synchronized Set<String> names(Collection<Group> present) {
        load();
        Set<String> there = present.stream().map(GroupView::name).collect(Collectors.toSet());
        return removed.keySet().stream().filter(name -> !there.contains(name)).collect(Collectors.toSet());
    }

    /** The group is there again. */
    synchronized void made(String group, Template template) {
        load();
        if (removed.remove(group) != null) {
            Calls.runUnlessGone(() -> ec2.untag(template.id(), List.of(AwsTags.EMPTY_GROUP)));
        }
    }

    /** The group is not wanted any more. */
    synchronized void forget(String group) {
        load();
        String template = removed.remove(group);
        if (template != null) {
            Calls.runUnlessGone(() -> ec2.untag(template, List.of(AwsTags.EMPTY_GROUP)));
        }
    }

    synchronized void sweep(Collection<Group> looked) {
        Instant now = clock.instant();
        Duration kept = options.timings().emptyGroupKept();
        emptySince
                .keySet()
                .retainAll(looked.stream()
                        .filter(EmptyGroups::isEmpty)
                        .map(Group::name)
                        .toList());
        for (Group group : looked) {
            if (isEmpty(group)
                    && !emptySince
                            .computeIfAbsent(group.name(), name -> now)
                            .plus(kept)
                            .isAfter(now)) {
                remove(group);
            }
        }
    }

    private static boolean isEmpty(Group group) {
        return group.desired() == 0
                && group.members().isEmpty()
                && !group.tags().containsKey(AwsTags.DELETING);
    }

    private void remove(Group group) {
        load();
        Template template = ec2.template(group.template());
        if (template == null || !names.owns(template.tags())) {
            return;
        }
        // The tag first: between the two calls both say the same.
        ec2.tag(List.of(template.id()), Map.of(AwsTags.EMPTY_GROUP, GroupView.name(group)));
        removed.put(GroupView.name(group), template.id());
        // Not forced: a machine that came in between keeps its group.
        Calls.runUnlessGone(() -> autoScaling.delete(group.name(), false));
        emptySince.remove(group.name());
    }

    private void load() {
        if (!loaded) {
            for (Template template : ec2.templates(Map.of(AwsTags.CLUSTER, options.clusterId()))) {
                String group = template.tags().get(AwsTags.EMPTY_GROUP);
                if (group != null) {
                    removed.put(group, template.id());
                }
            }
            loaded = true;
        }
    }
}
