package io.i2kit.cloud.local.daemon.fabric;

import io.i2kit.cloud.model.LoadBalancer.Protocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The Services' ports, whose turn it is behind each, and which clients stay with which backend. */
final class ServiceTable {
    /** Bounds the memory that clients' affinities take; the one longest unused goes first. */
    private static final int MAXIMUM_AFFINITIES = 16_384;

    private final Map<Key, Entry> entries = new HashMap<>();
    private final Set<Integer> addresses = new HashSet<>();
    private final Map<AffinityKey, Affinity> affinities = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AffinityKey, Affinity> eldest) {
            return size() > MAXIMUM_AFFINITIES;
        }
    };
    private long generation;

    /** Replaces everything; turns and affinities of ports that stay are kept. */
    void replace(Collection<FabricService> all) {
        generation++;
        addresses.clear();
        Map<Key, Entry> before = Map.copyOf(entries);
        entries.clear();
        for (FabricService service : all) {
            int address = Ipv4.toInt(service.address());
            addresses.add(address);
            for (FabricPort port : service.ports()) {
                Key key = new Key(protocolNumber(port.protocol()), address, port.port());
                Entry entry = new Entry(targets(port), service.clientAffinitySeconds());
                Entry former = before.get(key);
                entry.turn = former == null ? 0 : former.turn;
                entries.put(key, entry);
            }
        }
        affinities.keySet().removeIf(key -> !entries.containsKey(key.service()));
    }

    private static List<Target> targets(FabricPort port) {
        return port.backends().stream()
                .map(backend -> new Target(Ipv4.toInt(backend.address()), backend.port()))
                .toList();
    }

    private static int protocolNumber(Protocol protocol) {
        return switch (protocol) {
            case TCP -> Packet.TCP;
            case UDP -> Packet.UDP;
        };
    }

    /** Changes with each {@link #replace}. */
    long generation() {
        return generation;
    }

    boolean hasAddress(int address) {
        return addresses.contains(address);
    }

    boolean offers(Key service, Target target) {
        Entry entry = entries.get(service);
        return entry != null && entry.targets.contains(target);
    }

    /**
     * The backend for a new connection: the client's own while its affinity lasts, else the next in turn.
     *
     * @param reachable whether the machine of an address is there
     * @return null when the port is not defined or no backend is reachable
     */
    @Nullable
    Target choose(Key service, int client, IntPredicate reachable, long nowNanos) {
        Entry entry = entries.get(service);
        if (entry == null) {
            return null;
        }
        if (entry.affinitySeconds == 0) {
            return entry.next(reachable);
        }
        AffinityKey key = new AffinityKey(service, client);
        Affinity affinity = affinities.get(key);
        Target target = affinity != null && affinity.holds(entry, reachable, nowNanos)
                ? affinity.target()
                : entry.next(reachable);
        if (target != null) {
            affinities.put(key, new Affinity(target, nowNanos));
        }
        return target;
    }

    /** A Service's port. */
    record Key(int protocol, int address, int port) {}

    /** A backend in the packet path's terms. */
    record Target(int address, int port) {}

    private record AffinityKey(Key service, int client) {}

    private record Affinity(Target target, long lastConnectionNanos) {
        boolean holds(Entry entry, IntPredicate reachable, long nowNanos) {
            return nowNanos - lastConnectionNanos < TimeUnit.SECONDS.toNanos(entry.affinitySeconds)
                    && entry.targets.contains(target)
                    && reachable.test(target.address());
        }
    }

    private static final class Entry {
        private final List<Target> targets;
        private final int affinitySeconds;
        private int turn;

        Entry(List<Target> targets, int affinitySeconds) {
            this.targets = targets;
            this.affinitySeconds = affinitySeconds;
        }

        @Nullable
        Target next(IntPredicate reachable) {
            for (int tried = 0; tried < targets.size(); tried++) {
                turn = (turn + 1) % targets.size();
                Target target = targets.get(turn);
                if (reachable.test(target.address())) {
                    return target;
                }
            }
            return null;
        }
    }
}
