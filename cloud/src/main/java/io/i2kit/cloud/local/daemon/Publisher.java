package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.fabric.Backend;
import io.i2kit.cloud.local.daemon.fabric.Fabric;
import io.i2kit.cloud.local.daemon.fabric.FabricPort;
import io.i2kit.cloud.local.daemon.fabric.FabricRecord;
import io.i2kit.cloud.local.daemon.fabric.FabricService;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Target;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the network what changed: Services and names to the fabric, machines to the host's listeners, and more ways into
 * machines that listeners need. Several changes in a row are told once. Owner thread only.
 */
final class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private final Fleet fleet;
    private final LoadBalancers loadBalancers;
    private final Zone zone;
    private final Fabric fabric;
    private final MachineRunner runner;
    private final Host host;
    private final OwnerThread owner;
    private final Set<String> opening = new HashSet<>();
    private boolean due;
    private List<FabricService> services = List.of();
    private List<FabricRecord> records = List.of();

    Publisher(Machinery machinery, LoadBalancers loadBalancers, Zone zone, Fabric fabric) {
        this.fleet = machinery.fleet();
        this.runner = machinery.runner();
        this.host = machinery.host();
        this.owner = machinery.owner();
        this.loadBalancers = loadBalancers;
        this.zone = zone;
        this.fabric = fabric;
    }

    /** Something changed; it is told once what runs now is done. */
    void changed() {
        if (!due) {
            due = true;
            owner.execute(this::publish);
        }
    }

    void publish() {
        due = false;
        openWays();
        loadBalancers.refresh(fleet);
        List<FabricService> nextServices =
                loadBalancers.all().stream().map(this::service).toList();
        if (!nextServices.equals(services)) {
            services = nextServices;
            fabric.putServices(nextServices);
        }
        List<FabricRecord> nextRecords = zone.resolve(fleet, loadBalancers);
        if (!nextRecords.equals(records)) {
            records = nextRecords;
            fabric.putRecords(nextRecords);
        }
    }

    private FabricService service(LoadBalancerRecord record) {
        LoadBalancer spec = record.spec();
        List<FabricPort> ports = new ArrayList<>();
        for (Listener listener : spec.listeners()) {
            List<Backend> backends = new ArrayList<>();
            for (Target target : listener.targets()) {
                LoadBalancers.serving(fleet, target.group(), spec.publishNotReady())
                        .forEach(instance -> backends.add(new Backend(
                                Inet4Address.ofLiteral(instance.identity().address()), target.port())));
            }
            ports.add(new FabricPort(listener.protocol(), listener.port(), backends));
        }
        return new FabricService(spec.name(), Inet4Address.ofLiteral(record.address()), ports, spec.clientAffinity());
    }

    /** Machines that were started before a load balancer asked for their port get a way in now. */
    private void openWays() {
        for (GroupRecord group : fleet.groups()) {
            Set<Integer> needed = loadBalancers.portsOf(group.name());
            for (InstanceRecord instance : group.instances()) {
                for (int guestPort : needed) {
                    if (instance.counts() && !instance.forwards().containsKey(guestPort)) {
                        openWay(instance.id(), guestPort);
                    }
                }
            }
        }
    }

    private void openWay(String id, int guestPort) {
        String key = id + "/" + guestPort;
        if (runner.machine(id) == null || !opening.add(key)) {
            return;
        }
        int hostPort = host.ports().take();
        Thread.startVirtualThread(() -> {
            try {
                runner.forward(id, hostPort, guestPort);
                owner.execute(() -> {
                    opening.remove(key);
                    InstanceRecord instance = fleet.instance(id);
                    if (instance != null && instance.alive()) {
                        fleet.observe(instance.withForward(guestPort, hostPort));
                    } else {
                        host.ports().release(hostPort);
                    }
                });
            } catch (IOException e) {
                log.warn("machine {}: cannot open a way to its port {}: {}", id, guestPort, e.getMessage());
                owner.execute(() -> {
                    opening.remove(key);
                    host.ports().release(hostPort);
                });
            }
        });
    }
}
