package io.i2kit.cloud.local.daemon;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees machines that are to stop to their end. Owner thread only. */
final class Terminator {
    private static final Logger log = LoggerFactory.getLogger(Terminator.class);

    private final Fleet fleet;
    private final MachineRunner runner;
    private final Host host;
    private final OwnerThread owner;

    Terminator(Machinery machinery) {
        this.fleet = machinery.fleet();
        this.runner = machinery.runner();
        this.host = machinery.host();
        this.owner = machinery.owner();
    }

    /** Tells the guest of a machine that has left its load balancers, and ends it by force when its time is over. */
    void finish(String id) {
        InstanceRecord instance = fleet.instance(id);
        Instant killAt = instance == null ? null : instance.life().killAt();
        if (instance == null || killAt == null || runner.machine(id) == null) {
            return;
        }
        Duration left = Duration.between(Instant.now(), killAt);
        if (!left.isPositive()) {
            runner.kill(id);
            return;
        }
        host.writeTags(instance);
        owner.schedule(() -> killIfDue(id), left.plusMillis(1));
    }

    private void killIfDue(String id) {
        InstanceRecord instance = fleet.instance(id);
        Instant killAt = instance == null ? null : instance.life().killAt();
        if (killAt != null && !Instant.now().isBefore(killAt)) {
            log.warn("machine {} did not stop in time", id);
            runner.kill(id);
        }
    }
}
