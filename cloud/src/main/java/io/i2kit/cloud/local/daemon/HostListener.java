package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A load balancer's listener on the host: its port on the load balancer's own address, and its node port on that one and on
 * 127.0.0.1. What cannot be listened on is tried again by {@link #open}. Owner thread only.
 */
final class HostListener implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    /** Below it a port needs a privilege, see {@code ip(7)}, {@code ip_unprivileged_port_start}. */
    private static final int PRIVILEGED = 1024;

    private final Listener listener;
    private final String hostAddress;
    private final Backends backends = new Backends();
    private final Map<InetSocketAddress, TcpProxy> proxies = new LinkedHashMap<>();
    private final Map<InetSocketAddress, String> errors = new LinkedHashMap<>();

    /** @param hostAddress empty when only the node port is wanted */
    HostListener(Listener listener, String hostAddress) {
        this.listener = listener;
        this.hostAddress = hostAddress;
    }

    boolean is(Listener other, String otherAddress) {
        return listener.protocol() == other.protocol()
                && listener.port() == other.port()
                && listener.nodePort() == other.nodePort()
                && hostAddress.equals(otherAddress);
    }

    void set(List<InetSocketAddress> targets, Duration affinity) {
        backends.set(targets, affinity);
    }

    /** Listens wherever it should and does not yet; answers whether anything is different now. */
    boolean open() {
        if (listener.protocol() == LoadBalancer.Protocol.UDP) {
            return false;
        }
        boolean changed = false;
        for (InetSocketAddress address : wanted()) {
            if (proxies.containsKey(address)) {
                continue;
            }
            try {
                proxies.put(address, TcpProxy.listen(address, backends));
                errors.remove(address);
                changed = true;
            } catch (IOException e) {
                String error = explain(address, e);
                changed |= !error.equals(errors.put(address, error));
            }
        }
        return changed;
    }

    private List<InetSocketAddress> wanted() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        if (!hostAddress.isEmpty()) {
            addresses.add(at(hostAddress, listener.port()));
        }
        if (listener.nodePort() > 0) {
            addresses.add(at(LOOPBACK, listener.nodePort()));
            if (!hostAddress.isEmpty() && listener.nodePort() != listener.port()) {
                addresses.add(at(hostAddress, listener.nodePort()));
            }
        }
        return addresses;
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private String explain(InetSocketAddress address, IOException e) {
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (address.getPort() < PRIVILEGED && message.contains("Permission denied")) {
            return "listen tcp " + where + ": ports below " + PRIVILEGED + " are refused to this user"
                    + (listener.nodePort() > 0 ? "; port " + listener.nodePort() + " serves instead" : "");
        }
        return "listen tcp " + where + ": " + message.toLowerCase(Locale.ROOT) + "; trying again";
    }

    /** Where the host reaches it. */
    ExternalPort status() {
        if (listener.protocol() == LoadBalancer.Protocol.UDP) {
            return new ExternalPort(
                    listener.port(), 0, "UDP port " + listener.port() + " is served inside the cluster only");
        }
        String front = hostAddress.isEmpty() ? LOOPBACK : hostAddress;
        int port = hostAddress.isEmpty() ? listener.nodePort() : listener.port();
        InetSocketAddress main = at(front, port);
        if (proxies.containsKey(main)) {
            return new ExternalPort(listener.port(), port, String.join("; ", errors.values()));
        }
        boolean nodePortServes = listener.nodePort() > 0 && proxies.containsKey(at(front, listener.nodePort()));
        return new ExternalPort(
                listener.port(), nodePortServes ? listener.nodePort() : 0, String.join("; ", errors.values()));
    }

    @Override
    public void close() {
        proxies.values().forEach(TcpProxy::close);
        proxies.clear();
    }
}
