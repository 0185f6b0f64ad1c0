package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.GroupStatus.Problem;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.MachinePrice;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.DnsProvider;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.cloud.provider.ImageProvider;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import io.i2kit.cloud.provider.NoPublicNames;
import io.i2kit.cloud.provider.PublicNameProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A cloud in memory that keeps its groups at their desired count by itself, as the real ones do. Machines boot at once unless
 * {@link #bootsByItself} is off; they stop at once unless {@link #stopsByItself} is.
 */
final class FakeCloud implements Cloud, ImageProvider, GroupProvider {
    private static final class Group {
        InstanceGroup spec;
        boolean deleted;
        int launches;
        final Map<String, Instance> instances = new LinkedHashMap<>();
        final List<Problem> problems = new ArrayList<>();

        Group(InstanceGroup spec) {
            this.spec = spec;
        }
    }

    private final Map<String, Group> groups = new TreeMap<>();
    private final Map<String, LaunchTemplate> templates = new HashMap<>();
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private int launched;
    private ImageStatus image = new ImageStatus.Ready("ref", 1, Duration.ZERO, true);
    boolean bootsByItself = true;
    boolean stopsByItself = true;
    int capacity = 1000;
    /** Of each machine, or null. */
    volatile MachinePrice price;

    volatile boolean reachable = true;
    /** What templates are refused with, or empty. */
    volatile String refusal = "";

    // What tests do and ask.

    synchronized int launched() {
        return launched;
    }

    synchronized List<Instance> alive() {
        return groups.values().stream()
                .flatMap(group -> group.instances.values().stream())
                .filter(GroupPass::isAlive)
                .toList();
    }

    synchronized Instance instance(String id) {
        Group group = groups.values().stream()
                .filter(each -> each.instances.containsKey(id))
                .findFirst()
                .orElseThrow();
        return group.instances.get(id);
    }

    synchronized List<InstanceGroup> groupSpecs() {
        return groups.values().stream().map(group -> group.spec).toList();
    }

    synchronized LaunchTemplate template(String name) {
        return templates.get(name);
    }

    /** The machine dies; where its group says so, the cloud starts another. */
    void kill(String id) {
        end(id, "Crashed", "the process ended with signal 9");
    }

    void finishStop(String id) {
        end(id, "Terminated", "");
    }

    private void end(String id, String reason, String message) {
        String name;
        synchronized (this) {
            Instance instance = instance(id);
            name = instance.group();
            replace(instance, Instance.State.TERMINATED, false, reason, message);
            settle();
        }
        notice(name);
    }

    void imageStatus(ImageStatus status) {
        synchronized (this) {
            image = status;
        }
        notice("an image");
    }

    void capacity(int machines) {
        synchronized (this) {
            capacity = machines;
            settle();
        }
        notice();
    }

    // The cloud.

    @Override
    public Optional<MachinePrice> price(Instance instance) {
        return Optional.ofNullable(price);
    }

    private synchronized void replace(
            Instance old, Instance.State state, boolean healthy, String reason, String message) {
        Instance next = new Instance(
                old.id(),
                old.group(),
                old.launchTemplate(),
                state,
                old.zone(),
                old.machineType(),
                old.address(),
                state == Instance.State.PENDING ? null : "127.0.0.1:" + old.id().hashCode(),
                healthy,
                old.launchedAt(),
                old.tags(),
                reason,
                message);
        groups.get(old.group()).instances.put(old.id(), next);
    }

    private synchronized void settle() {
        for (Group group : groups.values()) {
            int present = group.spec.replaceFailed()
                    ? (int) group.instances.values().stream()
                            .filter(GroupPass::isAlive)
                            .count()
                    : group.launches;
            for (int i = present; !group.deleted && i < group.spec.desired(); i++) {
                if (alive().size() >= capacity) {
                    group.problems.add(new Problem(
                            Instant.now(), "InsufficientCapacity", "0/1 nodes are available: 1 Insufficient memory."));
                    break;
                }
                launch(group);
            }
        }
        groups.values()
                .removeIf(group -> group.deleted
                        && group.instances.values().stream()
                                .allMatch(each -> each.state() == Instance.State.TERMINATED));
    }

    private void launch(Group group) {
        String id = "i-" + ++launched;
        group.launches++;
        group.problems.clear();
        Instance instance = new Instance(
                id,
                group.spec.name(),
                group.spec.launchTemplate(),
                Instance.State.PENDING,
                "local",
                "",
                "10.244.0." + launched,
                null,
                false,
                Instant.now(),
                Map.of(),
                "",
                "");
        group.instances.put(id, instance);
        if (bootsByItself) {
            replace(instance, Instance.State.RUNNING, true, "", "");
        }
    }

    private void notice(String... names) {
        listeners.forEach(listener -> listener.accept(Set.of(names)));
    }

    private void requireReachable() {
        if (!reachable) {
            throw new CloudException.Unavailable("the cloud does not answer", new IllegalStateException("down"));
        }
    }

    @Override
    public synchronized ImageStatus ensure(MachineImage wanted, ImageProgress progress) {
        requireReachable();
        return image;
    }

    @Override
    public synchronized void putTemplate(LaunchTemplate template) {
        requireReachable();
        if (!refusal.isEmpty()) {
            throw new CloudException.Invalid(refusal);
        }
        templates.put(template.name(), template);
    }

    @Override
    public synchronized void deleteTemplate(String name) {
        requireReachable();
        templates.remove(name);
    }

    @Override
    public void putGroup(InstanceGroup spec) {
        synchronized (this) {
            requireReachable();
            groups.computeIfAbsent(spec.name(), name -> new Group(spec)).spec = spec;
            settle();
        }
        notice(spec.name());
    }

    @Override
    public void deleteGroup(String name, Duration grace) {
        synchronized (this) {
            requireReachable();
            Group group = groups.get(name);
            if (group == null) {
                return;
            }
            group.deleted = true;
            List.copyOf(group.instances.values()).forEach(this::stop);
            settle();
        }
        notice(name);
    }

    @Override
    public synchronized List<GroupStatus> describe(Collection<String> names) {
        requireReachable();
        return groups.values().stream()
                .filter(group -> names.isEmpty() || names.contains(group.spec.name()))
                .map(group -> new GroupStatus(
                        group.spec.name(),
                        group.spec.desired(),
                        List.copyOf(group.instances.values()),
                        List.copyOf(group.problems)))
                .toList();
    }

    @Override
    public void terminate(Collection<String> instanceIds, boolean decrement, Duration grace) {
        List<String> changed = new ArrayList<>();
        synchronized (this) {
            requireReachable();
            for (Group group : groups.values()) {
                for (String id : instanceIds) {
                    Instance instance = group.instances.get(id);
                    if (instance != null && stop(instance)) {
                        changed.add(group.spec.name());
                        if (decrement) {
                            throw new IllegalStateException("counts are absolute here");
                        }
                    }
                }
            }
            settle();
        }
        changed.forEach(this::notice);
    }

    private boolean stop(Instance instance) {
        if (!GroupPass.isAlive(instance)) {
            return false;
        }
        Instance.State state = stopsByItself ? Instance.State.TERMINATED : Instance.State.SHUTTING_DOWN;
        replace(instance, state, false, stopsByItself ? "Terminated" : "", "");
        return true;
    }

    @Override
    public void tag(String instanceId, Map<String, String> tags) {
        String name;
        synchronized (this) {
            requireReachable();
            Instance old = instance(instanceId);
            if (!GroupPass.isAlive(old)) {
                throw new CloudException.NotFound("instance " + instanceId + " not found");
            }
            Map<String, String> merged = new HashMap<>(old.tags());
            merged.putAll(tags);
            name = old.group();
            groups.get(name)
                    .instances
                    .put(
                            instanceId,
                            new Instance(
                                    old.id(),
                                    old.group(),
                                    old.launchTemplate(),
                                    old.state(),
                                    old.zone(),
                                    old.machineType(),
                                    old.address(),
                                    old.agent(),
                                    old.healthy(),
                                    old.launchedAt(),
                                    merged,
                                    "",
                                    ""));
        }
        notice(name);
    }

    @Override
    public ImageProvider images() {
        return this;
    }

    @Override
    public GroupProvider groups() {
        return this;
    }

    @Override
    public LoadBalancerProvider loadBalancers() {
        return new LoadBalancerProvider() {
            @Override
            public void putLoadBalancer(LoadBalancer loadBalancer) {
                throw new UnsupportedOperationException("only machines here");
            }

            @Override
            public void deleteLoadBalancer(String name) {
                throw new UnsupportedOperationException("only machines here");
            }

            @Override
            public List<LoadBalancerStatus> describeLoadBalancers(Collection<String> names) {
                return List.of();
            }
        };
    }

    @Override
    public PublicNameProvider publicNames() {
        return new NoPublicNames("this cloud");
    }

    @Override
    public DnsProvider dns() {
        return new DnsProvider() {
            @Override
            public void putRecords(Collection<DnsRecord> records) {
                throw new UnsupportedOperationException("only machines here");
            }

            @Override
            public void deleteRecords(Collection<String> names) {
                throw new UnsupportedOperationException("only machines here");
            }

            @Override
            public List<DnsRecord> describeRecords() {
                return List.of();
            }
        };
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }

    /** The server that listened is gone. */
    void forgetListeners() {
        listeners.clear();
    }

    @Override
    public void close() {}
}
