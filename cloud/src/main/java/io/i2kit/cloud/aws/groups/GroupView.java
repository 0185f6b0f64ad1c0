package io.i2kit.cloud.aws.groups;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.aws.api.AutoScalingApi.Member;
import io.i2kit.cloud.aws.api.Ec2Api.Machine;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.Instance.State;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups of AWS as the model's: members joined with what EC2 says of them, and those that ended a while ago with their reason. */
final class GroupView {
    /** For how long a machine that its group dropped is told, so that its end and the reason are not missed. */
    private static final Duration ENDED_TOLD = Duration.ofMinutes(5);

    private static final long MAX_ENTRIES = 50_000;

    private final Machines machines;
    private final Problems problems;
    private final Clock clock;
    /** Members as last seen, by id. */
    private final Cache<String, Instance> seen =
            Caffeine.newBuilder().maximumSize(MAX_ENTRIES).build();

    private final Cache<String, Instance> ended = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(ENDED_TOLD)
            .build();

    GroupView(Machines machines, Problems problems, Clock clock) {
        this.machines = machines;
        this.problems = problems;
        this.clock = clock;
    }

    List<GroupStatus> of(Collection<Group> groups) {
        Set<String> ids = new HashSet<>();
        groups.forEach(group -> group.members().forEach(member -> ids.add(member.id())));
        Map<String, Machine> details = machines.get(ids);
        Map<String, List<Instance>> gone = gone(groups, ids);
        List<GroupStatus> statuses = new ArrayList<>();
        for (Group group : groups) {
            List<Instance> instances = new ArrayList<>(gone.getOrDefault(name(group), List.of()));
            for (Member member : group.members()) {
                Instance instance = instance(group, member, details.get(member.id()));
                seen.put(instance.id(), instance);
                instances.add(instance);
            }
            boolean deleting = group.tags().containsKey(AwsTags.DELETING);
            statuses.add(new GroupStatus(name(group), deleting ? 0 : group.desired(), instances, problems.of(group)));
        }
        return statuses;
    }

    static String name(Group group) {
        return group.tags().getOrDefault(AwsTags.NAME, group.name());
    }

    /** Machines that these groups had and have no more, by group; what became of them is asked in one call. */
    private Map<String, List<Instance>> gone(Collection<Group> groups, Set<String> members) {
        Set<String> names = new HashSet<>();
        groups.forEach(group -> names.add(name(group)));
        List<Instance> dropped = seen.asMap().values().stream()
                .filter(instance -> names.contains(instance.group()) && !members.contains(instance.id()))
                .toList();
        Map<String, Machine> now = dropped.isEmpty()
                ? Map.of()
                : machines.now(dropped.stream().map(Instance::id).toList());
        for (Instance instance : dropped) {
            Machine machine = now.get(instance.id());
            boolean over = machine == null || machine.state().equals("terminated");
            ended.put(instance.id(), ended(instance, over ? State.TERMINATED : State.SHUTTING_DOWN, machine));
            if (over) {
                seen.invalidate(instance.id());
            }
        }
        Map<String, List<Instance>> byGroup = new HashMap<>();
        ended.asMap().values().stream()
                .filter(instance -> names.contains(instance.group()) && !members.contains(instance.id()))
                .forEach(instance -> byGroup.computeIfAbsent(instance.group(), key -> new ArrayList<>())
                        .add(instance));
        return byGroup;
    }

    private static Instance ended(Instance last, State state, @Nullable Machine machine) {
        String code = machine == null ? "" : machine.reason();
        return new Instance(
                last.id(),
                last.group(),
                last.launchTemplate(),
                state,
                last.zone(),
                last.machineType(),
                last.address(),
                last.agent(),
                false,
                last.launchedAt(),
                last.tags(),
                // Client.UserInitiatedShutdown, Server.SpotInstanceTermination …
                code.substring(code.indexOf('.') + 1),
                machine == null ? "" : machine.message());
    }

    private Instance instance(Group group, Member member, @Nullable Machine machine) {
        State state = machine == null ? State.PENDING : state(member.lifecycle());
        Map<String, String> tags = machine == null ? Map.of() : AwsTags.fromInstance(machine.tags());
        String address = machine == null ? null : machine.address();
        String port = tags.get(AwsTags.AGENT_PORT);
        return new Instance(
                member.id(),
                name(group),
                tags.getOrDefault(AwsTags.TEMPLATE, group.tags().getOrDefault(AwsTags.TEMPLATE, "")),
                state,
                member.zone(),
                member.type(),
                address,
                address == null || port == null ? null : address + ":" + port,
                state == State.RUNNING && member.healthy(),
                machine == null ? clock.instant() : machine.launchedAt(),
                tags,
                "",
                "");
    }

    /** Auto Scaling's life of an instance ("instance lifecycle" in its User Guide); detaching is for others to do. */
    private static State state(String lifecycle) {
        if (lifecycle.startsWith("Pending")) {
            return State.PENDING;
        }
        if (lifecycle.startsWith("Terminating") || lifecycle.startsWith("Detach")) {
            return State.SHUTTING_DOWN;
        }
        return lifecycle.startsWith("Terminated") ? State.TERMINATED : State.RUNNING;
    }

    /** Whether a member runs or is about to. */
    static boolean isAlive(Member member) {
        State state = state(member.lifecycle());
        return state == State.PENDING || state == State.RUNNING;
    }
}
