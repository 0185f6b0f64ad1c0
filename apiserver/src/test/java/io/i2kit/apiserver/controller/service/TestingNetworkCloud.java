package io.i2kit.apiserver.controller.service;

import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import io.i2kit.cloud.model.PublicName;
import io.i2kit.cloud.provider.Cloud;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.DnsProvider;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.cloud.provider.ImageProvider;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import io.i2kit.cloud.provider.PublicNameProvider;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A cloud of load balancers and names only, in memory; what is asked of machines is an error. */
final class TestingNetworkCloud implements Cloud, LoadBalancerProvider, DnsProvider, PublicNameProvider {
    final Map<String, LoadBalancer> loadBalancers = new ConcurrentSkipListMap<>();
    final Map<String, DnsRecord> records = new ConcurrentSkipListMap<>();
    final Map<String, PublicName> names = new ConcurrentSkipListMap<>();
    /** Hostnames of others. */
    final Set<String> taken = new ConcurrentSkipListSet<>();

    volatile String hostname = "";
    volatile String failure = "";
    volatile int refusedPort;
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public void putLoadBalancer(LoadBalancer loadBalancer) {
        calls.incrementAndGet();
        if (!failure.isEmpty()) {
            throw new CloudException.Invalid(failure);
        }
        loadBalancers.put(loadBalancer.name(), loadBalancer);
    }

    @Override
    public void deleteLoadBalancer(String name) {
        calls.incrementAndGet();
        loadBalancers.remove(name);
    }

    @Override
    public List<LoadBalancerStatus> describeLoadBalancers(Collection<String> names) {
        calls.incrementAndGet();
        return loadBalancers.values().stream()
                .filter(balancer -> names.isEmpty() || names.contains(balancer.name()))
                .map(this::status)
                .toList();
    }

    private LoadBalancerStatus status(LoadBalancer balancer) {
        List<ExternalPort> ports = balancer.listeners().stream()
                .map(listener -> listener.port() == refusedPort
                        ? new ExternalPort(
                                listener.port(),
                                listener.nodePort(),
                                "port " + listener.port() + " is refused; port " + listener.nodePort()
                                        + " serves instead")
                        : new ExternalPort(listener.port(), listener.port(), ""))
                .toList();
        return new LoadBalancerStatus(balancer.name(), balancer.address(), hostname, ports, "");
    }

    @Override
    public void putRecords(Collection<DnsRecord> changed) {
        calls.incrementAndGet();
        changed.forEach(record -> records.put(record.name(), record));
    }

    @Override
    public void deleteRecords(Collection<String> names) {
        calls.incrementAndGet();
        names.forEach(records::remove);
    }

    @Override
    public List<DnsRecord> describeRecords() {
        calls.incrementAndGet();
        return List.copyOf(records.values());
    }

    @Override
    public Map<String, String> putNames(Collection<PublicName> changed) {
        calls.incrementAndGet();
        Map<String, String> problems = new TreeMap<>();
        for (PublicName name : changed) {
            if (taken.contains(name.hostname())) {
                problems.put(name.name(), name.hostname() + " is taken");
            } else {
                names.put(name.name(), name);
            }
        }
        return problems;
    }

    @Override
    public void deleteNames(Collection<String> deleted) {
        calls.incrementAndGet();
        deleted.forEach(names::remove);
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
    public ImageProvider images() {
        throw new UnsupportedOperationException("a Service needs no image");
    }

    @Override
    public GroupProvider groups() {
        return new NoGroups();
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        throw new UnsupportedOperationException("tests call the controller themselves");
    }

    @Override
    public void close() {}
}
