package io.i2kit.cloud.aws.groups;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AutoScalingApi;
import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.aws.api.AutoScalingApi.Member;
import io.i2kit.cloud.aws.api.AutoScalingApi.Spec;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.Ec2Api;
import io.i2kit.cloud.aws.api.Ec2Api.Machine;
import io.i2kit.cloud.aws.api.Ec2Api.Template;
import io.i2kit.cloud.aws.metadata.MetadataObjects;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachinePrice;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.GroupProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Groups of machines as Auto Scaling groups. New machines are protected from scale-in, so a lower desired count ends nothing and
 * i2kit names the victims; Auto Scaling takes a victim out of its target groups and waits for its connections before it ends it.
 */
public final class AwsGroups implements GroupProvider {
    /** Moving machines between zones for balance would end machines that i2kit did not choose. */
    private static final String REBALANCE = "AZRebalance";

    private static final String REPLACE = "ReplaceUnhealthy";
    private static final String SPOT = "spot";

    private final Ec2Api ec2;
    private final AutoScalingApi autoScaling;
    private final AwsOptions options;
    private final AwsNames names;
    private final LaunchTemplates templates;
    private final EmptyGroups empty;
    private final Machines machines;
    private final GroupView view;

    public AwsGroups(
            Ec2Api ec2, AutoScalingApi autoScaling, MetadataObjects metadata, AwsOptions options, Clock clock) {
        this.ec2 = ec2;
        this.autoScaling = autoScaling;
        this.options = options;
        this.names = new AwsNames(options.clusterId());
        this.templates = new LaunchTemplates(ec2, metadata, options);
        this.empty = new EmptyGroups(ec2, autoScaling, options, clock);
        this.machines = new Machines(ec2);
        this.view = new GroupView(machines, new Problems(autoScaling, clock), clock);
    }

    @Override
    public void putTemplate(LaunchTemplate template) {
        Calls.run(() -> templates.put(template));
    }

    @Override
    public void deleteTemplate(String name) {
        Calls.run(() -> templates.delete(name));
    }

    @Override
    public void putGroup(InstanceGroup group) {
        if (group.desired() < 0) {
            throw new CloudException.Invalid("group " + group.name() + ": a desired count of " + group.desired());
        }
        Calls.run(() -> {
            Template template = templates.get(group.launchTemplate());
            if (template == null) {
                throw new CloudException.NotFound("launch template " + group.launchTemplate() + " not found");
            }
            Group former = find(names.of(group.name()));
            if (former == null && group.desired() == 0 && empty.holds(group.name())) {
                return;
            }
            Spec spec = spec(group, template);
            Set<String> suspended = group.replaceFailed() ? Set.of(REBALANCE) : Set.of(REBALANCE, REPLACE);
            if (former == null) {
                create(spec, suspended);
                empty.made(group.name(), template);
            } else {
                adjust(former, spec, suspended);
            }
        });
    }

    /** Of its type on demand, by the table. */
    @Override
    public Optional<MachinePrice> price(Instance instance) {
        return options.prices()
                .price(instance.machineType(), SPOT.equals(instance.tags().get(LaunchTemplate.CAPACITY_TYPE)));
    }

    private @Nullable Group find(String awsName) {
        return autoScaling.groups(List.of(awsName)).stream().findFirst().orElse(null);
    }

    private Spec spec(InstanceGroup group, Template template) {
        Map<String, String> tags = new TreeMap<>(group.tags());
        tags.put(AwsTags.CLUSTER, options.clusterId());
        tags.put(AwsTags.NAME, group.name());
        tags.put(AwsTags.TEMPLATE, group.launchTemplate());
        String types = template.tags().getOrDefault(AwsTags.TYPES, "");
        return new Spec(
                names.of(group.name()),
                template.name(),
                types.isEmpty() ? List.of() : List.of(types.split(" ")),
                SPOT.equals(template.tags().get(LaunchTemplate.CAPACITY_TYPE)),
                group.desired(),
                true,
                options.installation().subnetIds(),
                tags);
    }

    private void create(Spec spec, Set<String> suspended) {
        try {
            autoScaling.create(spec);
        } catch (AwsException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
            // Made by a call whose answer was lost, or not visible a moment ago.
            Group former = find(spec.name());
            if (former == null) {
                throw new CloudException.Unavailable("group " + spec.name() + " exists but is not seen yet", e);
            }
            adjust(former, spec, suspended);
            return;
        }
        autoScaling.suspend(spec.name(), suspended);
    }

    private void adjust(Group former, Spec spec, Set<String> suspended) {
        names.requireOwned("group " + spec.name(), former.tags());
        if (former.tags().containsKey(AwsTags.DELETING)) {
            throw new CloudException.Unavailable("group " + spec.name() + " is being deleted", null);
        }
        // First: until it is done, the group may choose victims by itself.
        if (!former.suspended().containsAll(suspended)) {
            autoScaling.suspend(spec.name(), suspended);
        }
        if (former.desired() != spec.desired()
                || former.spot() != spec.spot()
                || !former.template().equals(spec.template())
                || !former.types().equals(spec.types())) {
            autoScaling.update(spec);
        }
        if (!former.tags().entrySet().containsAll(spec.tags().entrySet())) {
            autoScaling.tag(spec.name(), spec.tags());
        }
    }

    /**
     * The group is told that it may end all of its machines, and does, with draining; what is left of it is removed by
     * {@link #sweep}. So it ends even if the server does.
     */
    @Override
    public void deleteGroup(String name, Duration grace) {
        Calls.run(() -> {
            empty.forget(name);
            Group group = find(names.of(name));
            if (group == null || !names.owns(group.tags())) {
                return;
            }
            if (grace.isZero() || group.members().isEmpty()) {
                // By name too: nothing says that a forced deletion ends machines that are protected from scale-in.
                List<String> alive = alive(group);
                if (!alive.isEmpty()) {
                    // Or the group would replace them until it is gone.
                    autoScaling.empty(group.name());
                    ec2.terminateInstances(alive);
                }
                Calls.runUnlessGone(() -> autoScaling.delete(group.name(), true));
                return;
            }
            autoScaling.tag(group.name(), Map.of(AwsTags.DELETING, seconds(grace)));
            end(group, seconds(grace));
        });
    }

    private void end(Group group, String graceSeconds) {
        List<String> ids = alive(group);
        if (!ids.isEmpty()) {
            ec2.tag(ids, AwsTags.ofInstance(Map.of(AwsTags.TERMINATING, graceSeconds)));
            autoScaling.protect(group.name(), ids, false);
        }
        autoScaling.empty(group.name());
    }

    private static List<String> alive(Group group) {
        return group.members().stream()
                .filter(GroupView::isAlive)
                .map(Member::id)
                .toList();
    }

    private static String seconds(Duration grace) {
        return Long.toString(grace.isNegative() ? -1 : grace.toSeconds());
    }

    @Override
    public List<GroupStatus> describe(Collection<String> asked) {
        return Calls.get(() -> {
            List<Group> found = asked.isEmpty()
                    ? look()
                    : autoScaling.groups(
                            asked.stream().distinct().map(names::of).toList());
            return statuses(found, asked);
        });
    }

    private List<GroupStatus> statuses(Collection<Group> found, Collection<String> asked) {
        List<Group> owned =
                found.stream().filter(group -> names.owns(group.tags())).toList();
        List<GroupStatus> statuses = new ArrayList<>(view.of(owned));
        empty.names(owned).stream()
                .filter(name -> asked.isEmpty() || asked.contains(name))
                .forEach(name -> statuses.add(new GroupStatus(name, 0, List.of(), List.of())));
        return statuses;
    }

    /** The groups that were looked at, without another call for them. */
    public List<GroupStatus> statuses(Collection<Group> looked) {
        return Calls.get(() -> statuses(looked, List.of()));
    }

    /** All groups of the cluster, 100 a call. */
    public List<Group> look() {
        return autoScaling.groupsTagged(AwsTags.CLUSTER, options.clusterId());
    }

    /** Removes groups that are to go and have no machine left, and those that were empty for long. */
    public void sweep(Collection<Group> looked) {
        for (Group group : looked) {
            String grace = group.tags().get(AwsTags.DELETING);
            if (grace == null) {
                continue;
            }
            if (group.members().isEmpty()) {
                Calls.runUnlessGone(() -> autoScaling.delete(group.name(), false));
            } else if (group.desired() > 0 || group.members().stream().anyMatch(Member::protectedFromScaleIn)) {
                // A server died between the calls, or a machine came while it made them.
                end(group, grace);
            }
        }
        empty.sweep(looked);
    }

    @Override
    public void terminate(Collection<String> instanceIds, boolean decrement, Duration grace) {
        Calls.run(() -> {
            List<Member> members = ours(instanceIds);
            List<String> alive =
                    members.stream().filter(GroupView::isAlive).map(Member::id).toList();
            if (!alive.isEmpty()) {
                ec2.tag(alive, AwsTags.ofInstance(Map.of(AwsTags.TERMINATING, seconds(grace))));
                alive.forEach(id -> terminate(id, decrement));
            }
            if (grace.isZero() && !members.isEmpty()) {
                ec2.terminateInstances(members.stream().map(Member::id).toList());
            }
        });
    }

    /** Members of this cluster's groups; the others are left alone. */
    private List<Member> ours(Collection<String> instanceIds) {
        return autoScaling.members(instanceIds).stream()
                .filter(member -> member.group().startsWith(names.of("")))
                .toList();
    }

    private void terminate(String id, boolean decrement) {
        try {
            autoScaling.terminate(id, decrement);
        } catch (AwsException e) {
            // Refused when a call whose answer was lost had its effect: then it ends already.
            boolean ending = e.is("ValidationError")
                    && autoScaling.members(List.of(id)).stream().noneMatch(GroupView::isAlive);
            if (!ending) {
                throw e;
            }
        }
    }

    @Override
    public void tag(String instanceId, Map<String, String> tags) {
        Calls.run(() -> {
            Machine machine = machines.get(List.of(instanceId)).get(instanceId);
            if (machine == null
                    || machine.state().equals("terminated")
                    || !names.owns(AwsTags.fromInstance(machine.tags()))) {
                throw new CloudException.NotFound("instance " + instanceId + " not found");
            }
            Map<String, String> mapped = AwsTags.ofInstance(tags);
            ec2.tag(List.of(instanceId), mapped);
            machines.tagged(machine, mapped);
        });
    }
}
