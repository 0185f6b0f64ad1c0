package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.Hypervisor.Description;
import io.i2kit.cloud.local.daemon.fabric.Fabric;
import io.i2kit.cloud.local.protocol.Answers;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cloud behind its socket: state read from disk, machines found again, and everything that keeps them going. */
final class Core implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Core.class);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration FORGET = Duration.ofSeconds(30);

    private final DaemonOptions options;
    private final Hypervisor hypervisor;
    private final Fabric fabric;
    private final OwnerThread owner;
    private final ChangeLog changes = new ChangeLog();
    private final Machinery machinery;
    private final Reconciler reconciler;
    private final Groups groups;
    private final LoadBalancers loadBalancers;
    private final Zone zone;
    private final Publisher publisher;

    /**
     * @param state the embedded cloud's part of the data directory
     * @param runtime where the machines' sockets go
     */
    Core(DaemonOptions options, Path state, Path runtime, Hypervisor hypervisor, Fabric fabric, OwnerThread owner)
            throws IOException {
        this.options = options;
        this.hypervisor = hypervisor;
        this.fabric = fabric;
        this.owner = owner;
        Fleet fleet = new Fleet(state.resolve("groups"), changes);
        Templates templates = new Templates(state.resolve("templates"));
        Addresses addresses = new Addresses(options.network());
        MachinePlan plan = new MachinePlan(
                instancesIn(state), runtime, options.imagesDirectory(), options.network(), options.zone());
        Capacity capacity = Capacity.of(options.memoryBytes(), usedMebibytes(fleet));
        Host host = new Host(plan, addresses, new HostPorts(state.hashCode()), capacity);
        host.occupy(fleet);
        MachineRunner runner = new MachineRunner(hypervisor, templates, fabric, owner, options.timings());
        machinery = new Machinery(
                fleet, templates, new Problems(options.timings()), runner, host, owner, options.timings());
        Terminator terminator = new Terminator(machinery);
        reconciler = new Reconciler(machinery, terminator);
        groups = new Groups(machinery, reconciler, terminator);
        loadBalancers = new LoadBalancers(state.resolve("load-balancers"), options.network(), addresses, changes);
        zone = new Zone(state.resolve("zone"));
        publisher = new Publisher(machinery, loadBalancers, zone, fabric);
        reconciler.needPorts(loadBalancers::portsOf);
        fleet.onChange(publisher::changed);
    }

    static Path instancesIn(Path state) {
        return state.resolve("instances");
    }

    private static long usedMebibytes(Fleet fleet) {
        return fleet.instances()
                .filter(InstanceRecord::alive)
                .mapToLong(instance -> instance.identity().memoryMebibytes())
                .sum();
    }

    /** Finds the machines of former processes again, then begins to keep what is desired. */
    void start() throws InterruptedException {
        List<InstanceRecord> former = owner.call(() ->
                machinery.fleet().instances().filter(InstanceRecord::alive).toList());
        hypervisor.endStrays(
                former.stream().map(record -> record.identity().uuid()).toList());
        removeUnknownDirectories();
        CountDownLatch found = new CountDownLatch(former.size());
        for (InstanceRecord record : former) {
            Thread.startVirtualThread(() -> {
                adopt(record);
                found.countDown();
            });
        }
        found.await();
        owner.call(() -> {
            machinery.fleet().groups().forEach(group -> reconciler.forgetIfGone(group.name()));
            publisher.publish();
            loadBalancers.openListeners();
            reconciler.reconcile();
            return true;
        });
        owner.repeat(loadBalancers::openListeners, RETRY);
        owner.repeat(machinery.fleet()::saveRest, RETRY);
        owner.repeat(reconciler::forgetOld, FORGET);
    }

    /** Of machines whose launch was cut short. */
    private void removeUnknownDirectories() {
        Path instances = machinery.host().plan().instances();
        List<String> known = owner.call(
                () -> machinery.fleet().instances().map(InstanceRecord::id).toList());
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(instances)) {
            for (Path directory : directories) {
                if (!known.contains(directory.getFileName().toString())) {
                    MachineDisks.remove(directory, false);
                }
            }
        } catch (NoSuchFileException e) {
            log.debug("no machine was ever started");
        } catch (IOException e) {
            log.warn("cannot remove the files of former machines: {}", e.toString());
        }
    }

    private void adopt(InstanceRecord record) {
        try {
            if (machinery.runner().adopt(machinery.host().plan().spec(record), reconciler)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        owner.execute(() -> reconciler.lost(record.id()));
    }

    Answers.CloudInfo info() {
        Description description = hypervisor.description();
        return new Answers.CloudInfo(
                description.accelerator(),
                description.reason(),
                Runtime.getRuntime().availableProcessors(),
                machinery.host().capacity().totalMebibytes() << 20,
                machinery.host().usedMebibytes(machinery.fleet()) << 20,
                Templates.hostArchitecture(),
                options.zone(),
                description.version());
    }

    OwnerThread owner() {
        return owner;
    }

    ChangeLog changes() {
        return changes;
    }

    KeptLogs keptLogs() {
        return machinery.host().plan().keptLogs();
    }

    Templates templates() {
        return machinery.templates();
    }

    Reconciler reconciler() {
        return reconciler;
    }

    Groups groups() {
        return groups;
    }

    LoadBalancers loadBalancers() {
        return loadBalancers;
    }

    Zone zone() {
        return zone;
    }

    Publisher publisher() {
        return publisher;
    }

    /** Ends every machine at once and starts none. */
    void destroyMachines() throws InterruptedException {
        owner.call(() -> {
            machinery.fleet().groups().forEach(group -> groups.delete(group.name(), Duration.ZERO));
            return true;
        });
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (owner.call(() -> !machinery.fleet().groups().isEmpty()) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        hypervisor.endStrays(List.of());
    }

    /** Stops everything but the machines. */
    @Override
    public void close() {
        machinery.runner().close();
        owner.close();
        loadBalancers.close();
        fabric.close();
    }
}
