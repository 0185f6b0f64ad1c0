package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.Hypervisor.Exit;
import io.i2kit.cloud.local.daemon.Hypervisor.Machine;
import io.i2kit.cloud.local.daemon.Hypervisor.MachineSpec;
import io.i2kit.cloud.local.daemon.fabric.Fabric;
import io.i2kit.cloud.model.InstanceMetadata;
import io.i2kit.cloud.model.InstanceMetadata.Lifecycle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what blocks for the machines, each on a virtual thread, and tells the owner thread what came of it. */
final class MachineRunner {
    private static final Logger log = LoggerFactory.getLogger(MachineRunner.class);

    /** So many unanswered checks in a row make a machine unhealthy; a refusal counts at once. */
    private static final int FALL = 3;

    private final Hypervisor hypervisor;
    private final Templates templates;
    private final Fabric fabric;
    private final OwnerThread owner;
    private final Timings timings;
    private final Map<String, Machine> machines = new ConcurrentHashMap<>();
    private volatile boolean closed;

    MachineRunner(Hypervisor hypervisor, Templates templates, Fabric fabric, OwnerThread owner, Timings timings) {
        this.hypervisor = hypervisor;
        this.templates = templates;
        this.fabric = fabric;
        this.owner = owner;
        this.timings = timings;
    }

    /** What happens to machines; called on the owner thread. */
    interface Events {
        void started(String id);

        /** The machine does not run and will not. */
        void notStarted(String id, String message);

        void answered(String id, boolean ready);

        /** It was healthy and has not answered several times. */
        void silent(String id);

        void ended(String id, Exit exit);
    }

    /** @param metadata the cloud's part; the rest is the template's */
    void launch(MachineSpec spec, String template, InstanceMetadata metadata, Lifecycle lifecycle, Events events) {
        Thread.startVirtualThread(() -> {
            try {
                Files.createDirectories(
                        spec.directory(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                MachineDisks.writeMetadata(spec.directory(), metadata, templates.metadata(template));
                MachineDisks.writeTags(spec.directory(), lifecycle);
                MachineDisks.makeLogs(spec.directory());
                run(spec, hypervisor.launch(spec), events);
            } catch (IOException | InterruptedException | RuntimeException e) {
                log.warn("machine {} cannot start: {}", spec.id(), e.getMessage());
                String message = e.getMessage() == null ? e.toString() : e.getMessage();
                owner.execute(() -> events.notStarted(spec.id(), message));
            }
        });
    }

    /** Finds a machine again that a former process started; blocks, and answers whether it runs. */
    boolean adopt(MachineSpec spec, Events events) throws InterruptedException {
        Optional<Machine> found = hypervisor.adopt(spec);
        found.ifPresent(machine -> run(spec, machine, events));
        return found.isPresent();
    }

    private void run(MachineSpec spec, Machine machine, Events events) {
        machines.put(spec.id(), machine);
        try {
            fabric.attach(spec.id(), spec.podMac(), spec.address(), spec.fabricSocket());
        } catch (IllegalArgumentException e) {
            log.error("machine {} cannot join the network and is ended", spec.id(), e);
            machine.kill();
        }
        owner.execute(() -> events.started(spec.id()));
        var unused = machine.ended()
                .thenAccept(exit -> owner.execute(() -> {
                    machines.remove(spec.id());
                    fabric.detach(spec.id());
                    events.ended(spec.id(), exit);
                }));
    }

    /** How many machines may boot at a time: under emulation more than there are processors make all of them late. */
    int bootLimit() {
        int processors = Runtime.getRuntime().availableProcessors();
        return hypervisor.description().accelerator().equals("kvm") ? 4 * processors : processors;
    }

    @Nullable
    Machine machine(String id) {
        return machines.get(id);
    }

    void kill(String id) {
        Machine machine = machines.get(id);
        if (machine != null) {
            machine.kill();
        }
    }

    /** Opens one more way into a machine; blocks. */
    void forward(String id, int hostPort, int guestPort) throws IOException {
        Machine machine = machines.get(id);
        if (machine == null) {
            throw new IOException("machine " + id + " does not run");
        }
        machine.forward(hostPort, guestPort);
    }

    /** Asks a machine for its health until it ends. */
    void watchHealth(String id, int hostPort, boolean answeredBefore, Events events) {
        Thread.startVirtualThread(() -> {
            try {
                poll(id, hostPort, answeredBefore, events);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void poll(String id, int hostPort, boolean answeredBefore, Events events) throws InterruptedException {
        HealthCheck.Answer last = HealthCheck.Answer.NONE;
        boolean answered = answeredBefore;
        int silences = 0;
        while (machines.containsKey(id) && !closed) {
            // Before the guest's network is up a packet is lost now and then: better ask again soon than wait long.
            Duration timeout =
                    answered ? timings.healthTimeout() : timings.bootPoll().multipliedBy(3);
            HealthCheck.Answer answer = HealthCheck.ask(hostPort, timeout);
            silences = answer == HealthCheck.Answer.NONE ? silences + 1 : 0;
            if (answer != HealthCheck.Answer.NONE && answer != last) {
                boolean ready = answer == HealthCheck.Answer.READY;
                owner.execute(() -> events.answered(id, ready));
                answered = true;
                last = answer;
            } else if (silences == FALL && answered) {
                owner.execute(() -> events.silent(id));
                last = HealthCheck.Answer.NONE;
            }
            Thread.sleep(answered ? timings.healthPeriod() : timings.bootPoll());
        }
    }

    /** Stops asking; machines run on. */
    void close() {
        closed = true;
    }
}
