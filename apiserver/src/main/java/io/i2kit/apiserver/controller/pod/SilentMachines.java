package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.model.Instance;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Machines that the cloud says are running and that answer nobody: no Pod is bound to one before it was heard, since it may have
 * named itself. Told once each on the Pods that wait; most often the server is not in the machines' network.
 */
final class SilentMachines {
    /** Longer than a machine takes to boot where nothing emulates it. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Machines machines;
    private final PodEvents events;
    private final Clock clock;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    SilentMachines(Machines machines, PodEvents events, Clock clock) {
        this.machines = machines;
        this.events = events;
        this.clock = clock;
    }

    /** Returns why the waiting Pods have no machine yet, or empty. */
    String tell(GroupPass pass) {
        if (pass.unbound().isEmpty()) {
            return "";
        }
        Optional<Instance> oldest = pass.instances().values().stream()
                .filter(this::isSilent)
                .min(Comparator.comparing(Instance::launchedAt).thenComparing(Instance::id));
        if (oldest.isEmpty()) {
            return "";
        }
        Instance instance = oldest.get();
        String message = "machine " + instance.id() + " runs since " + instance.launchedAt()
                + " and does not answer at " + instance.agent() + "; is the server in the network of the machines?";
        told.removeIf(id -> machines.instance(id) == null);
        if (told.add(instance.id())) {
            events.failedScheduling(pass.unbound(), "MachineNotAnswering", message);
        }
        return message;
    }

    private boolean isSilent(Instance instance) {
        return instance.state() == Instance.State.RUNNING
                && instance.agent() != null
                && machines.guest(instance.id()) == null
                && instance.launchedAt().plus(PATIENCE).isBefore(clock.instant());
    }
}
