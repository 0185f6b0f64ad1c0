package io.i2kit.cloud.local.daemon.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Fabric} as a switch of its own: one thread waits on all machines' sockets, and everything that a packet touches
 * belongs to it alone, so there are no locks. Callers hand their wishes over by a queue.
 *
 * <p>There is no way out of the cluster in this version: packets for other networks are answered with "net unreachable", so that
 * programs fail at once. DNS is served over UDP only.
 */
public final class SwitchFabric implements Fabric {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchFabric.class);

    /** {@code sun_path} holds 108 octets with its final NUL ({@code unix(7)}). */
    private static final int LONGEST_SOCKET_PATH_BYTES = 107;

    private static final Duration FLOW_HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration DNS_HOUSEKEEPING = Duration.ofMillis(100);

    private final FabricNetwork network;
    private final FabricOptions options;
    private final Counters counters = new Counters();
    private final Machines machines = new Machines();
    private final FrameRouter router;
    private final FabricDns dns;
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<String, Attachment> attachments = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile int connectedMachines;

    public SwitchFabric(FabricNetwork network) {
        this(network, FabricOptions.defaults());
    }

    /** @throws UncheckedIOException when the host gives no selector or no UDP socket */
    public SwitchFabric(FabricNetwork network, FabricOptions options) {
        this.network = network;
        this.options = options;
        this.router = new FrameRouter(network, machines, counters, options.maximumFlows());
        try {
            this.selector = Selector.open();
            this.dns =
                    new FabricDns(network, machines, router, counters, System::nanoTime, selector, options.resolvers());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the network of the embedded cloud", e);
        }
        router.setDns(dns);
        thread = Thread.ofPlatform().daemon().name("fabric").unstarted(this::run);
        thread.start();
    }

    /** What a caller attached, to refuse what contradicts it while the caller still listens. */
    private record Attachment(long mac, int address, Path socket) {}

    @Override
    public void attach(String machineId, String macAddress, Inet4Address address, Path socket) {
        Attachment wanted = new Attachment(MacAddress.parse(macAddress), Ipv4.toInt(address), socket);
        if (!network.pods().contains(address) || address.equals(network.gateway())) {
            throw new IllegalArgumentException(
                    "address " + address.getHostAddress() + " is not one for machines of " + network.pods());
        }
        if (wanted.mac() == FrameRouter.gatewayMac(network)) {
            throw new IllegalArgumentException("MAC address " + macAddress + " is the gateway's");
        }
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "socket path " + socket + " is longer than " + LONGEST_SOCKET_PATH_BYTES + " bytes");
        }
        synchronized (attachments) {
            for (Map.Entry<String, Attachment> other : attachments.entrySet()) {
                boolean taken = other.getValue().mac() == wanted.mac()
                        || other.getValue().address() == wanted.address();
                if (taken && !other.getKey().equals(machineId)) {
                    throw new IllegalArgumentException(macAddress + " or " + address.getHostAddress()
                            + " belongs to machine " + other.getKey() + " already");
                }
            }
            if (wanted.equals(attachments.put(machineId, wanted))) {
                return;
            }
            submit(() -> connectMachine(machineId, wanted));
        }
    }

    @Override
    public void detach(String machineId) {
        synchronized (attachments) {
            if (attachments.remove(machineId) != null) {
                submit(() -> disconnectMachine(machineId));
            }
        }
    }

    @Override
    public void putServices(Collection<FabricService> all) {
        List<FabricService> services = List.copyOf(all);
        for (FabricService service : services) {
            if (!network.services().contains(service.address())) {
                throw new IllegalArgumentException("service " + service.name() + ": address "
                        + service.address().getHostAddress() + " is outside of " + network.services());
            }
        }
        submit(() -> router.putServices(services));
    }

    @Override
    public void putRecords(Collection<FabricRecord> all) {
        DnsZone zone = new DnsZone(network, all);
        submit(() -> dns.setZone(zone));
    }

    /** What was counted so far; from any thread. */
    public Map<FabricCounter, Long> counters() {
        return counters.snapshot();
    }

    /** How many attached machines are connected at this moment. */
    public int connectedMachines() {
        return connectedMachines;
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::ready, timeoutMillis());
                router.setNow(System.nanoTime());
                runTasks();
                housekeep(System.nanoTime());
                router.flush();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the network of the embedded cloud has stopped", e);
        } finally {
            release();
        }
    }

    /** Callers' wishes come first: what a machine sends after a call returned already meets its effect. */
    private void ready(SelectionKey key) {
        runTasks();
        long now = System.nanoTime();
        router.setNow(now);
        if (key.attachment() instanceof SwitchPort port) {
            if (key.isValid() && key.isWritable()) {
                port.flush(now);
            }
            if (key.isValid() && key.isReadable()) {
                port.receive(router, now);
            }
        } else {
            dns.forwarder().receive();
        }
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    private void housekeep(long nowNanos) {
        int connected = 0;
        for (SwitchPort port : machines.all()) {
            if (!port.isConnected() && port.retryAtNanos() - nowNanos <= 0) {
                port.connect(selector, nowNanos);
            }
            connected += port.isConnected() ? 1 : 0;
        }
        connectedMachines = connected;
        router.nat().expire(nowNanos);
        dns.forwarder().expire(nowNanos);
    }

    /** How long nothing has to be done unless something comes; 0 for ever. */
    private long timeoutMillis() {
        long now = System.nanoTime();
        long timeout = router.nat().flowCount() > 0 ? FLOW_HOUSEKEEPING.toMillis() : Long.MAX_VALUE;
        if (!dns.forwarder().isIdle()) {
            timeout = Math.min(timeout, DNS_HOUSEKEEPING.toMillis());
        }
        for (SwitchPort port : machines.all()) {
            if (!port.isConnected()) {
                timeout = Math.min(timeout, Math.max(1, (port.retryAtNanos() - now) / 1_000_000 + 1));
            }
        }
        return timeout == Long.MAX_VALUE ? 0 : timeout;
    }

    private void connectMachine(String machineId, Attachment wanted) {
        disconnectMachine(machineId);
        SwitchPort port = new SwitchPort(
                machineId, wanted.mac(), wanted.address(), wanted.socket(), options.queueBytes(), counters);
        port.setRetryAtNanos(System.nanoTime());
        machines.add(port);
    }

    private void disconnectMachine(String machineId) {
        SwitchPort port = machines.remove(machineId);
        if (port != null) {
            port.disconnect(System.nanoTime());
        }
    }

    private void release() {
        machines.all().forEach(port -> port.disconnect(System.nanoTime()));
        try {
            dns.forwarder().close();
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the fabric: {}", e.toString());
        }
    }
}
