package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.InstanceMetadata.Lifecycle;
import io.i2kit.cloud.provider.CloudException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code GroupProvider} offers of groups and instances. Owner thread only. */
final class Groups {
    private static final Logger log = LoggerFactory.getLogger(Groups.class);

    private final Fleet fleet;
    private final Templates templates;
    private final Reconciler reconciler;
    private final Problems problems;
    private final MachineRunner runner;
    private final Host host;
    private final Terminator terminator;
    private final OwnerThread owner;
    private final Timings timings;

    Groups(Machinery machinery, Reconciler reconciler, Terminator terminator) {
        this.fleet = machinery.fleet();
        this.templates = machinery.templates();
        this.problems = machinery.problems();
        this.runner = machinery.runner();
        this.host = machinery.host();
        this.owner = machinery.owner();
        this.timings = machinery.timings();
        this.reconciler = reconciler;
        this.terminator = terminator;
    }

    void put(InstanceGroup spec) {
        if (spec.desired() < 0) {
            throw new CloudException.Invalid("group " + spec.name() + ": a desired count of " + spec.desired());
        }
        if (templates.summary(spec.launchTemplate()) == null) {
            throw new CloudException.NotFound("launch template " + spec.launchTemplate() + " not found");
        }
        GroupRecord former = fleet.group(spec.name());
        GroupRecord next = former == null ? new GroupRecord(spec, false, 0, List.of()) : former.with(spec);
        if (!next.equals(former)) {
            fleet.decide(next);
        }
        reconciler.reconcile();
    }

    void delete(String name, Duration grace) {
        GroupRecord group = fleet.group(name);
        if (group == null) {
            return;
        }
        fleet.decide(group.asDeleted());
        for (InstanceRecord instance : group.instances()) {
            if (instance.alive()) {
                terminate(instance, false, grace);
            }
        }
        reconciler.forgetIfGone(name);
    }

    List<GroupStatus> describe(Collection<String> names) {
        Collection<GroupRecord> asked = names.isEmpty()
                ? fleet.groups()
                : names.stream()
                        .distinct()
                        .flatMap(name -> Stream.ofNullable(fleet.group(name)))
                        .toList();
        return asked.stream().map(this::status).toList();
    }

    private GroupStatus status(GroupRecord group) {
        List<Instance> instances = group.instances().stream()
                .map(instance -> instance.toInstance(group.name(), host.plan().zone()))
                .toList();
        int desired = group.deleted() ? 0 : group.spec().desired();
        return new GroupStatus(group.name(), desired, instances, problems.of(group.name()));
    }

    void terminate(Collection<String> ids, boolean decrement, Duration grace) {
        for (String id : ids) {
            InstanceRecord instance = fleet.instance(id);
            if (instance != null && instance.alive()) {
                terminate(instance, decrement, grace);
            }
        }
        reconciler.reconcile();
    }

    private void terminate(InstanceRecord instance, boolean decrement, Duration grace) {
        GroupRecord group = fleet.groupOf(instance.id());
        if (group == null) {
            return;
        }
        boolean first = instance.counts();
        // A guest that never answered runs nothing that could be asked to stop.
        boolean atOnce = grace.isZero() || instance.life().state() == Instance.State.PENDING;
        Instant killAt = atOnce ? Instant.now() : Instant.now().plus(killDelay(instance, grace));
        Instant formerKillAt = instance.life().killAt();
        if (!first && formerKillAt != null && !killAt.isBefore(formerKillAt)) {
            return;
        }
        Lifecycle former = instance.lifecycle();
        Lifecycle lifecycle =
                new Lifecycle(former.sequence() + 1, former.tags(), true, grace.isNegative() ? -1 : grace.toSeconds());
        InstanceRecord next =
                instance.with(instance.life().shuttingDown(killAt)).with(lifecycle);
        fleet.decide((first && decrement ? group.decremented() : group).with(next));
        log.info("machine {} of group {} is to stop within {}", instance.id(), group.name(), grace);
        owner.schedule(() -> terminator.finish(instance.id()), atOnce ? Duration.ZERO : timings.propagation());
    }

    private Duration killDelay(InstanceRecord instance, Duration grace) {
        Duration allowed = grace;
        if (grace.isNegative()) {
            Templates.Summary template = templates.summary(instance.identity().launchTemplate());
            allowed = template == null ? Duration.ofSeconds(30) : template.grace();
        }
        return timings.propagation().plus(allowed).plus(timings.killMargin());
    }

    void tag(String id, Map<String, String> tags) {
        InstanceRecord instance = fleet.instance(id);
        GroupRecord group = fleet.groupOf(id);
        if (instance == null || group == null || !instance.alive()) {
            throw new CloudException.NotFound("instance " + id + " not found");
        }
        Lifecycle former = instance.lifecycle();
        Map<String, String> merged = new TreeMap<>(former.tags());
        merged.putAll(tags);
        if (merged.equals(new TreeMap<>(former.tags()))) {
            return;
        }
        Lifecycle lifecycle = new Lifecycle(former.sequence() + 1, merged, former.terminating(), former.graceSeconds());
        MachineDisks.encode(lifecycle);
        InstanceRecord next = instance.with(lifecycle);
        fleet.decide(group.with(next));
        if (runner.machine(id) != null) {
            host.writeTags(next);
        }
    }
}
