package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.fabric.FabricNetwork;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Load balancers: what is wanted, and their listeners on the host. Owner thread only. */
final class LoadBalancers {
    private final JsonFiles<LoadBalancerRecord> files;
    private final FabricNetwork network;
    private final Addresses addresses;
    private final ChangeLog changes;
    private final Map<String, LoadBalancerRecord> records = new LinkedHashMap<>();
    private final Map<String, List<HostListener>> listeners = new HashMap<>();

    LoadBalancers(Path directory, FabricNetwork network, Addresses addresses, ChangeLog changes) throws IOException {
        this.files = new JsonFiles<>(directory, LoadBalancerRecord.class);
        this.network = network;
        this.addresses = addresses;
        this.changes = changes;
        for (LoadBalancerRecord record : files.readAll()) {
            records.put(record.name(), record);
            applyListeners(record);
        }
    }

    Collection<LoadBalancerRecord> all() {
        return records.values();
    }

    void put(LoadBalancer spec) {
        LoadBalancerRecord former = records.get(spec.name());
        String address = former == null ? "" : former.address();
        if (!spec.address().isEmpty()) {
            address = requireFree(spec);
        } else if (address.isEmpty()) {
            address = addresses.service(addressesInUse()).getHostAddress();
        }
        String hostAddress = former == null ? "" : former.hostAddress();
        if (hostAddress.isEmpty() && spec.external()) {
            hostAddress = chooseHostAddress(spec.name());
        }
        LoadBalancerRecord next = new LoadBalancerRecord(spec, address, hostAddress);
        if (!next.equals(former)) {
            files.put(spec.name(), next);
            records.put(spec.name(), next);
            applyListeners(next);
            changes.changed(spec.name());
        }
    }

    private String requireFree(LoadBalancer spec) {
        Inet4Address wanted;
        try {
            wanted = Inet4Address.ofLiteral(spec.address());
        } catch (IllegalArgumentException e) {
            throw new CloudException.Invalid("\"" + spec.address() + "\" is not an IPv4 address");
        }
        if (!network.services().contains(wanted) || wanted.equals(network.dns())) {
            throw new CloudException.Invalid("load balancer " + spec.name() + ": " + spec.address()
                    + " is not a free address of " + network.services());
        }
        for (LoadBalancerRecord other : records.values()) {
            if (!other.name().equals(spec.name()) && other.address().equals(spec.address())) {
                throw new CloudException.Invalid("load balancer " + spec.name() + ": " + spec.address()
                        + " belongs to load balancer " + other.name());
            }
        }
        return spec.address();
    }

    private Set<String> addressesInUse() {
        return records.values().stream().map(LoadBalancerRecord::address).collect(Collectors.toSet());
    }

    /** The same name has the same address again wherever that is free; 127.0.0.0/16 is left to people. */
    private String chooseHostAddress(String name) {
        Set<String> used =
                records.values().stream().map(LoadBalancerRecord::hostAddress).collect(Collectors.toSet());
        int seed = name.hashCode() * 0x9E3779B9;
        for (int tried = 0; tried < 1 << 16; tried++) {
            int host = seed + tried;
            String candidate =
                    "127." + (64 + (host >>> 24) % 64) + "." + (host >>> 12 & 0xff) + "." + (1 + (host & 0xff) % 254);
            if (!used.contains(candidate)) {
                return candidate;
            }
        }
        throw new CloudException.LimitExceeded("no free loopback address for load balancer " + name);
    }

    /** Prepares what the load balancer says; listeners that stay as they are lose no connection. */
    private void applyListeners(LoadBalancerRecord record) {
        List<HostListener> former = new ArrayList<>(listeners.getOrDefault(record.name(), List.of()));
        List<HostListener> next = new ArrayList<>();
        String hostAddress = record.spec().external() ? record.hostAddress() : "";
        for (Listener wanted : record.spec().listeners()) {
            if (hostAddress.isEmpty() && wanted.nodePort() == 0) {
                continue;
            }
            HostListener kept = former.stream()
                    .filter(listener -> listener.is(wanted, hostAddress))
                    .findFirst()
                    .orElseGet(() -> new HostListener(wanted, hostAddress));
            former.remove(kept);
            next.add(kept);
        }
        former.forEach(HostListener::close);
        listeners.put(record.name(), next);
    }

    void delete(String name) {
        if (records.containsKey(name)) {
            files.remove(name);
            records.remove(name);
            closeListeners(name);
            changes.changed(name);
        }
    }

    private void closeListeners(String name) {
        List<HostListener> former = listeners.remove(name);
        if (former != null) {
            former.forEach(HostListener::close);
        }
    }

    List<LoadBalancerStatus> describe(Collection<String> names) {
        Collection<String> asked = names.isEmpty() ? records.keySet() : names;
        List<LoadBalancerStatus> statuses = new ArrayList<>();
        for (String name : asked) {
            LoadBalancerRecord record = records.get(name);
            if (record != null) {
                statuses.add(status(record));
            }
        }
        return statuses;
    }

    private LoadBalancerStatus status(LoadBalancerRecord record) {
        List<ExternalPort> ports = listeners.getOrDefault(record.name(), List.of()).stream()
                .map(HostListener::status)
                .toList();
        String problem = ports.stream()
                .filter(port -> port.actualPort() == 0)
                .map(ExternalPort::error)
                .collect(Collectors.joining("; "));
        if (problem.isEmpty() && record.spec().external()) {
            problem = ignored(record.spec().settings());
        }
        String hostname = record.spec().external() ? record.hostAddress() : "";
        return new LoadBalancerStatus(record.name(), record.address(), hostname, ports, problem);
    }

    /** What of the settings only another cloud acts on, for people; empty when nothing. */
    private static String ignored(LoadBalancer.Settings settings) {
        TreeSet<String> names = new TreeSet<>(settings.options().keySet());
        if (!settings.sourceRanges().isEmpty()) {
            names.add("source ranges");
        }
        return names.isEmpty() ? "" : "the embedded cloud does not act on " + String.join(", ", names);
    }

    /** Listens where it is wanted and did not go yet; first after {@link #refresh}, so that nobody is refused for nothing. */
    void openListeners() {
        listeners.forEach((name, list) -> {
            for (HostListener listener : list) {
                if (listener.open()) {
                    changes.changed(name);
                }
            }
        });
    }

    /** Which ports of a group's machines the host's listeners need. */
    Set<Integer> portsOf(String group) {
        Set<Integer> ports = new TreeSet<>();
        for (LoadBalancerRecord record : records.values()) {
            for (Listener listener : record.spec().listeners()) {
                boolean onHost = record.spec().external() || listener.nodePort() > 0;
                if (onHost && listener.protocol() == LoadBalancer.Protocol.TCP) {
                    listener.targets().stream()
                            .filter(target -> target.group().equals(group))
                            .forEach(target -> ports.add(target.port()));
                }
            }
        }
        return ports;
    }

    /** Gives each listener the machines that take connections now. */
    void refresh(Fleet fleet) {
        for (LoadBalancerRecord record : records.values()) {
            List<HostListener> open = listeners.getOrDefault(record.name(), List.of());
            for (Listener wanted : record.spec().listeners()) {
                String hostAddress = record.spec().external() ? record.hostAddress() : "";
                for (HostListener listener : open) {
                    if (listener.is(wanted, hostAddress)) {
                        listener.set(
                                ways(record.spec(), wanted, fleet),
                                Duration.ofSeconds(record.spec().clientAffinity()));
                    }
                }
            }
        }
    }

    private static List<InetSocketAddress> ways(LoadBalancer spec, Listener listener, Fleet fleet) {
        List<InetSocketAddress> ways = new ArrayList<>();
        for (Target target : listener.targets()) {
            for (InstanceRecord instance : serving(fleet, target.group(), spec.publishNotReady())) {
                Integer hostPort = instance.forwards().get(target.port());
                if (hostPort != null) {
                    ways.add(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), hostPort));
                }
            }
        }
        return ways;
    }

    /** The machines of a group that take new connections. */
    static List<InstanceRecord> serving(Fleet fleet, String groupName, boolean alsoNotReady) {
        GroupRecord group = fleet.group(groupName);
        if (group == null) {
            return List.of();
        }
        return group.instances().stream()
                .filter(instance ->
                        instance.counts() && (alsoNotReady || instance.life().healthy()))
                .toList();
    }

    void close() {
        List.copyOf(listeners.keySet()).forEach(this::closeListeners);
    }
}
