package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AutoScalingApi;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.fake.FakeEc2.FakeInstance;
import io.i2kit.cloud.aws.fake.FakeEc2.FakeTemplate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Groups. {@link #tick} is the passing of a moment: launches go from {@code Pending} to {@code InService}, ends from
 * {@code Terminating} (two moments where the group has target groups: they drain) to gone, and what lacks is launched.
 */
public final class FakeAutoScaling implements AutoScalingApi {
    private static final int GROUPS_A_CALL = 100;

    private final Calls calls;
    private final FakeEc2 ec2;
    private final Map<String, FakeGroup> groups = new TreeMap<>();
    /** Types that cannot be had at the moment. */
    public final Set<String> exhausted = new HashSet<>();
    /** Zones that have no machine of any type at the moment; a subnet {@code subnet-2} is in {@code zone-2}. */
    public final Set<String> exhaustedZones = new HashSet<>();
    /** How many groups a region has. */
    public int quota = 500;

    /** Calls for which a new group is not seen by name yet. */
    public int invisibleFor;

    FakeAutoScaling(Calls calls, FakeEc2 ec2) {
        this.calls = calls;
        this.ec2 = ec2;
    }

    private static final class FakeGroup {
        Spec spec;
        int desired;
        int invisible;
        final Map<String, String> tags;
        final Set<String> suspended = new TreeSet<>();
        final Set<String> targetGroups = new TreeSet<>();
        final List<FakeMember> members = new ArrayList<>();
        final List<Activity> activities = new ArrayList<>();

        FakeGroup(Spec spec) {
            this.spec = spec;
            this.desired = spec.desired();
            this.tags = new TreeMap<>(spec.tags());
        }
    }

    private static final class FakeMember {
        final FakeInstance instance;
        final String type;
        final String zone;
        String lifecycle = "Pending";
        boolean isProtected;
        int moments;

        FakeMember(FakeInstance instance, String type, String zone, boolean isProtected) {
            this.instance = instance;
            this.type = type;
            this.zone = zone;
            this.isProtected = isProtected;
        }

        boolean alive() {
            return !lifecycle.startsWith("Terminating");
        }
    }

    /** A moment passes. */
    void tick() {
        groups.values().forEach(this::tick);
    }

    private void tick(FakeGroup group) {
        for (FakeMember member : List.copyOf(group.members)) {
            age(group, member);
        }
        long alive = group.members.stream().filter(FakeMember::alive).count();
        List<FakeMember> free = group.members.stream()
                .filter(member -> member.alive() && !member.isProtected)
                .toList();
        for (int i = 0; i < Math.min(alive - group.desired, free.size()); i++) {
            free.get(i).lifecycle = "Terminating";
        }
        for (long i = alive; i < group.desired && !group.suspended.contains("Launch"); i++) {
            launch(group);
        }
    }

    private void age(FakeGroup group, FakeMember member) {
        FakeInstance instance = member.instance;
        if (instance.state.equals("shutting-down") && member.alive()) {
            member.lifecycle = "Terminating";
        } else if (member.lifecycle.equals("Pending")) {
            member.lifecycle = "InService";
            instance.state = "running";
        } else if (member.lifecycle.equals("Terminating")) {
            member.moments++;
            if (member.moments > (group.targetGroups.isEmpty() ? 0 : 2) || instance.state.equals("shutting-down")) {
                instance.state = "terminated";
                instance.reason = "Client.UserInitiatedShutdown";
                group.members.remove(member);
            }
        }
    }

    private void launch(FakeGroup group) {
        FakeTemplate template = ec2.templates.get(group.spec.template());
        if (template == null) {
            failed(group, "The launch template does not exist. Launching EC2 instance failed.");
            return;
        }
        // The zone with the fewest first, and another one where that has none (EC2 Auto Scaling User Guide, "Instance
        // distribution").
        List<String> zones = group.spec.subnets().stream()
                .map(subnet -> subnet.replace("subnet", "zone"))
                .filter(zone -> !exhaustedZones.contains(zone))
                .sorted(Comparator.comparing(zone -> group.members.stream()
                        .filter(member -> member.zone.equals(zone))
                        .count()))
                .toList();
        for (String type : zones.isEmpty() ? List.<String>of() : group.spec.types()) {
            if (!exhausted.contains(type)) {
                boolean isProtected = group.spec.protectNew();
                group.members.add(new FakeMember(ec2.launch(template.latest), type, zones.getFirst(), isProtected));
                return;
            }
        }
        failed(
                group,
                "We currently do not have sufficient " + group.spec.types().getFirst()
                        + " capacity in the Availability Zone you requested. Launching EC2 instance failed"
                        + " (InsufficientInstanceCapacity).");
    }

    private static void failed(FakeGroup group, String message) {
        if (group.activities.size() < 5) {
            group.activities.addFirst(new Activity(Instant.now(), "Failed", message));
        }
    }

    /** A machine dies by itself. */
    public void kill(String id) {
        synchronized (calls) {
            ec2.instances.get(id).state = "shutting-down";
        }
    }

    public List<String> groupNames() {
        return List.copyOf(groups.keySet());
    }

    public Set<String> suspended(String group) {
        return Set.copyOf(groups.get(group).suspended);
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        List<Group> found = new ArrayList<>();
        List<String> list = List.copyOf(names);
        for (int from = 0; from < list.size(); from += GROUPS_A_CALL) {
            List<String> part = list.subList(from, Math.min(list.size(), from + GROUPS_A_CALL));
            found.addAll(calls.call(
                    "DescribeAutoScalingGroups",
                    () -> part.stream()
                            .filter(groups::containsKey)
                            .filter(name -> groups.get(name).invisible-- <= 0)
                            .map(name -> view(name, groups.get(name)))
                            .toList()));
        }
        return found;
    }

    @Override
    public List<Group> groupsTagged(String key, String value) {
        List<Group> found = calls.call(
                "DescribeAutoScalingGroups",
                () -> groups.entrySet().stream()
                        .filter(each -> value.equals(each.getValue().tags.get(key)))
                        .map(each -> view(each.getKey(), each.getValue()))
                        .toList());
        for (int more = 1; more <= (found.size() - 1) / GROUPS_A_CALL; more++) {
            calls.call("DescribeAutoScalingGroups", () -> true);
        }
        return found;
    }

    private static Group view(String name, FakeGroup group) {
        return new Group(
                name,
                group.spec.template(),
                group.spec.types(),
                group.spec.spot(),
                group.desired,
                group.suspended,
                group.members.stream().map(member -> view(name, member)).toList(),
                List.copyOf(group.targetGroups),
                group.tags);
    }

    private static Member view(String group, FakeMember member) {
        return new Member(
                member.instance.id, group, member.zone, member.type, member.lifecycle, true, member.isProtected);
    }

    @Override
    public void create(Spec spec) {
        calls.run("CreateAutoScalingGroup", () -> {
            if (groups.containsKey(spec.name())) {
                throw new AwsException("AlreadyExists", "AutoScalingGroup by this name already exists");
            }
            if (groups.size() >= quota) {
                throw new AwsException("LimitExceeded", "the region's " + quota + " groups are used up");
            }
            if (!ec2.templates.containsKey(spec.template()) || spec.types().isEmpty()) {
                throw new AwsException("ValidationError", "The specified launch template does not exist.");
            }
            FakeGroup made = new FakeGroup(spec);
            made.invisible = invisibleFor;
            groups.put(spec.name(), made);
        });
    }

    private FakeGroup required(String name) {
        FakeGroup found = groups.get(name);
        if (found == null) {
            throw new AwsException("ValidationError", "AutoScalingGroup name not found - " + name);
        }
        return found;
    }

    @Override
    public void update(Spec spec) {
        calls.run("UpdateAutoScalingGroup", () -> {
            FakeGroup group = required(spec.name());
            group.spec = spec;
            group.desired = spec.desired();
        });
    }

    @Override
    public void empty(String group) {
        calls.run("UpdateAutoScalingGroup", () -> {
            FakeGroup found = required(group);
            Spec spec = found.spec;
            found.spec = new Spec(
                    spec.name(), spec.template(), spec.types(), spec.spot(), 0, false, spec.subnets(), spec.tags());
            found.desired = 0;
        });
    }

    @Override
    public void tag(String group, Map<String, String> tags) {
        calls.run("CreateOrUpdateTags", () -> required(group).tags.putAll(tags));
    }

    @Override
    public void delete(String group, boolean force) {
        calls.run("DeleteAutoScalingGroup", () -> {
            FakeGroup found = groups.get(group);
            if (found == null) {
                throw new AwsException("ValidationError", "AutoScalingGroup name not found - " + group);
            }
            if (!force && !found.members.isEmpty()) {
                throw new AwsException(
                        "ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances");
            }
            found.members.forEach(member -> {
                member.instance.state = "terminated";
                member.instance.reason = "Client.UserInitiatedShutdown";
            });
            groups.remove(group);
        });
    }

    @Override
    public void suspend(String group, Set<String> processes) {
        calls.run("SuspendProcesses", () -> required(group).suspended.addAll(processes));
    }

    @Override
    public void protect(String group, Collection<String> ids, boolean protect) {
        calls.run(
                "SetInstanceProtection",
                () -> required(group).members.stream()
                        .filter(member -> ids.contains(member.instance.id))
                        .forEach(member -> member.isProtected = protect));
    }

    private @Nullable FakeGroup groupOf(String id) {
        return groups.values().stream()
                .filter(group -> group.members.stream().anyMatch(member -> member.instance.id.equals(id)))
                .findFirst()
                .orElse(null);
    }

    @Override
    public List<Member> members(Collection<String> ids) {
        return calls.call(
                "DescribeAutoScalingInstances",
                () -> groups.entrySet().stream()
                        .flatMap(group -> group.getValue().members.stream()
                                .filter(member -> ids.contains(member.instance.id))
                                .map(member -> view(group.getKey(), member)))
                        .toList());
    }

    @Override
    public void terminate(String id, boolean decrement) {
        calls.run("TerminateInstanceInAutoScalingGroup", () -> {
            FakeGroup group = groupOf(id);
            FakeMember member = group == null
                    ? null
                    : group.members.stream()
                            .filter(each -> each.instance.id.equals(id))
                            .findFirst()
                            .orElseThrow();
            if (group == null || member == null || !member.alive()) {
                throw new AwsException("ValidationError", "Instance Id not found or terminating: " + id);
            }
            member.lifecycle = "Terminating";
            if (decrement) {
                if (group.desired == 0) {
                    throw new AwsException("ValidationError", "desired capacity below the minimum");
                }
                group.desired--;
            }
        });
    }

    @Override
    public List<Activity> activities(String group) {
        return calls.call("DescribeScalingActivities", () -> List.copyOf(required(group).activities));
    }

    @Override
    public void attachTargetGroups(String group, Collection<String> arns) {
        calls.run(
                "AttachLoadBalancerTargetGroups",
                () -> required(group).targetGroups.addAll(arns));
    }

    @Override
    public void detachTargetGroups(String group, Collection<String> arns) {
        calls.run(
                "DetachLoadBalancerTargetGroups",
                () -> required(group).targetGroups.removeAll(arns));
    }
}
