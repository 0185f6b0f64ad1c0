package io.i2kit.cloud.local.daemon;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The machines behind one listener: who takes the next connection. Any thread. */
final class Backends {
    /** Clients are remembered up to this many; the ones beyond go round robin. */
    private static final int MAX_CLIENTS = 10_000;

    private final AtomicInteger turn = new AtomicInteger();
    private final Map<InetAddress, Sticky> clients = new ConcurrentHashMap<>();
    private volatile List<InetSocketAddress> targets = List.of();
    private volatile Duration affinity = Duration.ZERO;

    private record Sticky(InetSocketAddress target, long untilNanos) {}

    void set(List<InetSocketAddress> healthy, Duration clientAffinity) {
        targets = List.copyOf(healthy);
        affinity = clientAffinity;
    }

    /** Every target in the order in which a connection tries them. */
    List<InetSocketAddress> order(InetAddress client) {
        List<InetSocketAddress> now = targets;
        if (now.isEmpty()) {
            return now;
        }
        int start = Math.floorMod(turn.getAndIncrement(), now.size());
        Sticky sticky = affinity.isZero() ? null : clients.get(client);
        if (sticky != null && sticky.untilNanos - System.nanoTime() > 0 && now.contains(sticky.target)) {
            start = now.indexOf(sticky.target);
        }
        List<InetSocketAddress> order = new ArrayList<>(now.size());
        for (int i = 0; i < now.size(); i++) {
            order.add(now.get((start + i) % now.size()));
        }
        return order;
    }

    /** Notes that a client's connection went to a target. */
    void connected(InetAddress client, InetSocketAddress target) {
        if (affinity.isZero()) {
            return;
        }
        if (clients.size() >= MAX_CLIENTS) {
            long now = System.nanoTime();
            clients.values().removeIf(sticky -> sticky.untilNanos - now <= 0);
        }
        if (clients.size() < MAX_CLIENTS || clients.containsKey(client)) {
            clients.put(client, new Sticky(target, System.nanoTime() + affinity.toNanos()));
        }
    }
}
