package io.i2kit.cloud.deploy;

import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.DnsProvider;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.cloud.provider.ImageProvider;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import io.i2kit.cloud.provider.PublicNameProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds resources in memory and notes every call as {@code verb name}. */
final class RecordingCloud
        implements Cloud, ImageProvider, GroupProvider, LoadBalancerProvider, DnsProvider, PublicNameProvider {
    final List<String> calls = new ArrayList<>();
    final Map<String, InstanceGroup> groups = new TreeMap<>();
    final Map<String, LoadBalancer> balancers = new TreeMap<>();
    final Map<String, DnsRecord> records = new TreeMap<>();
    ImageStatus image = new ImageStatus.Ready("ref", 1, Duration.ZERO, true);
    /** A call that fails, by its note. */
    @Nullable
    String failing;

    /** Hostnames of others. */
    final Set<String> taken = new HashSet<>();

    /** Whether deleted groups still have machines that stop. */
    boolean stopping;

    private void call(String note) {
        calls.add(note);
        if (note.equals(failing)) {
            throw new CloudException.Unavailable("no answer", new IllegalStateException("down"));
        }
    }

    List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    @Override
    public ImageStatus ensure(MachineImage wanted, ImageProgress progress) {
        call("ensure " + wanted.name());
        return image;
    }

    @Override
    public void putTemplate(LaunchTemplate template) {
        call("putTemplate " + template.name());
    }

    @Override
    public void deleteTemplate(String name) {
        call("deleteTemplate " + name);
    }

    @Override
    public void putGroup(InstanceGroup group) {
        call("putGroup " + group.name() + " " + group.desired());
        groups.put(group.name(), group);
    }

    @Override
    public void deleteGroup(String name, Duration grace) {
        call("deleteGroup " + name);
        if (!stopping) {
            groups.remove(name);
        }
    }

    @Override
    public List<GroupStatus> describe(Collection<String> names) {
        call("describe " + names);
        return groups.values().stream()
                .filter(group -> names.contains(group.name()))
                .map(group -> new GroupStatus(group.name(), group.desired(), List.of(), List.of()))
                .toList();
    }

    @Override
    public void terminate(Collection<String> instanceIds, boolean decrement, Duration grace) {
        call("terminate " + instanceIds);
    }

    @Override
    public void tag(String instanceId, Map<String, String> tags) {
        call("tag " + instanceId);
    }

    @Override
    public void putLoadBalancer(LoadBalancer loadBalancer) {
        call("putLoadBalancer " + loadBalancer.name());
        balancers.put(loadBalancer.name(), loadBalancer);
    }

    @Override
    public void deleteLoadBalancer(String name) {
        call("deleteLoadBalancer " + name);
        balancers.remove(name);
    }

    @Override
    public List<LoadBalancerStatus> describeLoadBalancers(Collection<String> names) {
        call("describeLoadBalancers " + names);
        return balancers.values().stream()
                .filter(balancer -> names.contains(balancer.name()))
                .map(balancer -> new LoadBalancerStatus(balancer.name(), balancer.address(), "", List.of(), ""))
                .toList();
    }

    @Override
    public void putRecords(Collection<DnsRecord> changed) {
        call("putRecords " + changed.stream().map(DnsRecord::name).toList());
        changed.forEach(record -> records.put(record.name(), record));
    }

    @Override
    public void deleteRecords(Collection<String> names) {
        call("deleteRecords " + names);
        records.keySet().removeAll(names);
    }

    @Override
    public Map<String, String> putNames(Collection<PublicName> changed) {
        call("putNames " + changed.stream().map(PublicName::hostname).toList());
        return changed.stream()
                .filter(name -> taken.contains(name.hostname()))
                .collect(Collectors.toMap(PublicName::name, name -> name.hostname() + " is taken"));
    }

    @Override
    public void deleteNames(Collection<String> names) {
        call("deleteNames " + names);
    }

    @Override
    public List<DnsRecord> describeRecords() {
        return List.copyOf(records.values());
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
        return this;
    }

    @Override
    public PublicNameProvider publicNames() {
        return this;
    }

    @Override
    public DnsProvider dns() {
        return this;
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {}

    @Override
    public void close() {}
}
