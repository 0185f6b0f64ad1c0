package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.Hypervisor.Exit;
import io.i2kit.cloud.local.daemon.Hypervisor.MachineSpec;
import io.i2kit.cloud.local.daemon.InstanceRecord.Life;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each group at its desired count: starts what is missing as far as memory and boot slots go, notes what machines report,
 * and removes what ended. Owner thread only.
 */
final class Reconciler implements MachineRunner.Events {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private final Fleet fleet;
    private final Templates templates;
    private final MachineRunner runner;
    private final Host host;
    private final Problems problems;
    private final Terminator terminator;
    private final OwnerThread owner;
    private final Timings timings;
    /** Machines whose guests have not answered yet, and not for too long. */
    private final Set<String> booting = new HashSet<>();

    private Function<String, Set<Integer>> portsByGroup = _ -> Set.of();
    private boolean reconciling;

    Reconciler(Machinery machinery, Terminator terminator) {
        this.fleet = machinery.fleet();
        this.templates = machinery.templates();
        this.problems = machinery.problems();
        this.runner = machinery.runner();
        this.host = machinery.host();
        this.owner = machinery.owner();
        this.timings = machinery.timings();
        this.terminator = terminator;
    }

    /** Which ports of a group's machines the host must reach, beyond the guest's own. */
    void needPorts(Function<String, Set<Integer>> byGroup) {
        portsByGroup = byGroup;
    }

    /** Starts what is missing, one machine a group in turn, so that no group starves another. */
    void reconcile() {
        if (reconciling) {
            return;
        }
        reconciling = true;
        try {
            boolean launched = true;
            while (launched) {
                launched = false;
                for (GroupRecord group : fleet.groups()) {
                    launched |= group.missing() > 0 && launchOne(group);
                }
            }
        } finally {
            reconciling = false;
        }
    }

    private boolean launchOne(GroupRecord group) {
        if (problems.waiting(group.name()) || booting.size() >= runner.bootLimit()) {
            return false;
        }
        String templateName = group.spec().launchTemplate();
        Templates.Summary template = templates.summary(templateName);
        if (template == null) {
            problem(group.name(), "LaunchFailed", "launch template " + templateName + " not found");
            return false;
        }
        Optional<String> refusal =
                host.capacity().refusal(MachinePlan.mebibytes(template.size()), host.usedMebibytes(fleet));
        if (refusal.isPresent()) {
            problem(group.name(), "InsufficientCapacity", refusal.get());
            return false;
        }
        try {
            launch(group, templateName, template);
            return true;
        } catch (CloudException e) {
            failed(group.name(), "LaunchFailed", String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void launch(GroupRecord group, String templateName, Templates.Summary template) {
        Set<Integer> guestPorts = new TreeSet<>(portsByGroup.apply(group.name()));
        guestPorts.add(template.agentPort());
        guestPorts.add(template.readyPort());
        InstanceRecord record = host.plan()
                .record(templateName, template, host.freeAddress(fleet).getHostAddress(), host.takePorts(guestPorts));
        try {
            MachineDisks.encode(record.lifecycle());
            // On disk before the process starts: after a crash the machine is found again, not started twice.
            fleet.decide(group.launched(record));
        } catch (CloudException e) {
            host.release(record);
            throw e;
        }
        if (problems.clear(group.name())) {
            log.info("group {} launches again", group.name());
        }
        log.info(
                "group {}: starting {} at {}",
                group.name(),
                record.id(),
                record.identity().address());
        occupyBootSlot(record.id());
        runner.launch(
                host.plan().spec(record, template),
                templateName,
                host.plan().metadata(record),
                record.lifecycle(),
                this);
    }

    private void occupyBootSlot(String id) {
        booting.add(id);
        owner.schedule(() -> freeBootSlot(id), timings.bootSlot());
    }

    private void freeBootSlot(String id) {
        if (booting.remove(id)) {
            reconcile();
        }
    }

    private void problem(String group, String reason, String message) {
        if (problems.add(group, reason, message)) {
            log.warn("group {}: {}: {}", group, reason, message);
            fleet.touch(group);
        }
    }

    private void failed(String group, String reason, String message) {
        problem(group, reason, message);
        retryLater(group);
    }

    private void retryLater(String group) {
        Duration delay = problems.failed(group);
        owner.schedule(this::reconcile, delay.plusMillis(1));
    }

    @Override
    public void started(String id) {
        GroupRecord group = fleet.groupOf(id);
        InstanceRecord record = fleet.instance(id);
        if (group == null || record == null) {
            runner.kill(id);
            return;
        }
        // What was said to it while its disk was written, or while nobody was here to write.
        host.writeTags(record);
        if (record.life().state() == Instance.State.SHUTTING_DOWN) {
            terminator.finish(id);
            return;
        }
        Integer readyPort = record.forwards().get(record.identity().readyPort());
        if (readyPort != null) {
            runner.watchHealth(id, readyPort, record.life().state() == Instance.State.RUNNING, this);
        }
        fleet.touch(group.name());
    }

    @Override
    public void notStarted(String id, String message) {
        GroupRecord group = fleet.groupOf(id);
        InstanceRecord record = fleet.instance(id);
        if (group == null || record == null) {
            return;
        }
        booting.remove(id);
        host.release(record);
        fleet.observe(group.notLaunched(id));
        removeFiles(record, false);
        failed(group.name(), "LaunchFailed", message);
        forgetIfGone(group.name());
    }

    @Override
    public void answered(String id, boolean ready) {
        InstanceRecord record = fleet.instance(id);
        if (record == null || !record.counts()) {
            return;
        }
        if (record.life().state() == Instance.State.PENDING) {
            log.info(
                    "machine {} answers after {} ms",
                    id,
                    Duration.between(record.identity().launchedAt(), Instant.now())
                            .toMillis());
        }
        fleet.observe(record.with(record.life().running(ready)));
        freeBootSlot(id);
    }

    @Override
    public void silent(String id) {
        InstanceRecord record = fleet.instance(id);
        if (record != null && record.counts() && record.life().healthy()) {
            log.warn("machine {} does not answer its health check", id);
            fleet.observe(record.with(record.life().running(false)));
        }
    }

    @Override
    public void ended(String id, Exit exit) {
        GroupRecord group = fleet.groupOf(id);
        InstanceRecord record = fleet.instance(id);
        if (group == null || record == null || !record.alive()) {
            return;
        }
        booting.remove(id);
        host.release(record);
        Instant now = Instant.now();
        boolean asked = record.life().state() == Instance.State.SHUTTING_DOWN;
        Life life = asked
                ? record.life().ended(now, "Terminated", "")
                : record.life().ended(now, exit.reason(), exit.message());
        log.info("machine {} of group {} ended: {} {}", id, group.name(), life.reason(), life.message());
        fleet.observe(record.with(life));
        if (!asked) {
            String pod = record.lifecycle().tags().getOrDefault(Instance.POD_UID_TAG, "");
            host.plan().keptLogs().keep(host.plan().directory(id), id, pod);
        }
        removeFiles(record, !asked);
        if (!asked) {
            judge(group.name(), record, now);
        }
        forgetIfGone(group.name());
        reconcile();
    }

    /** A machine that a former process started does not run any more. */
    void lost(String id) {
        ended(id, new Exit("HypervisorExited", "QEMU ended while nobody watched it"));
    }

    /** A machine that ran well is replaced at once; one that did not makes its group wait. */
    private void judge(String group, InstanceRecord record, Instant now) {
        Duration ran = Duration.between(record.identity().launchedAt(), now);
        if (record.life().state() == Instance.State.RUNNING && ran.compareTo(timings.bootSlot()) > 0) {
            problems.succeeded(group);
        } else {
            retryLater(group);
        }
    }

    /** Forgets a deleted group without machines. */
    void forgetIfGone(String name) {
        GroupRecord group = fleet.group(name);
        if (group == null || !group.deleted() || group.instances().stream().anyMatch(InstanceRecord::alive)) {
            return;
        }
        group.instances().forEach(instance -> removeFiles(instance, false));
        fleet.forget(name);
        problems.forget(name);
    }

    /** Forgets machines that ended long ago. */
    void forgetOld() {
        Instant limit = Instant.now().minus(timings.remembered());
        for (GroupRecord group : fleet.groups()) {
            for (InstanceRecord instance : group.instances()) {
                Instant endedAt = instance.life().endedAt();
                if (endedAt != null && endedAt.isBefore(limit)) {
                    removeFiles(instance, false);
                    group = group.without(instance.id());
                    fleet.observe(group);
                }
            }
        }
    }

    private void removeFiles(InstanceRecord record, boolean keepLogs) {
        MachineSpec spec = host.plan().spec(record);
        try {
            MachineDisks.remove(spec.directory(), keepLogs);
            Files.deleteIfExists(spec.controlSocket());
            Files.deleteIfExists(spec.fabricSocket());
        } catch (IOException e) {
            log.warn("cannot remove the files of machine {}: {}", record.id(), e.toString());
        }
    }
}
