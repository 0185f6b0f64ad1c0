package io.i2kit.translator.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The kubelet's conditions ({@code pkg/kubelet/status/generate.go}) in its order; conditions of others are kept, and a transition
 * time changes only with the status.
 */
final class Conditions {
    private static final Set<String> OWN = Set.of(
            "PodResizePending", "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    private final Pod pod;
    private final List<PodCondition> before;
    private final PodStatus status;
    private final String now;
    private final List<PodCondition> result = new ArrayList<>();

    /** @param status with phase and container statuses already as they will be */
    Conditions(Pod pod, List<PodCondition> before, PodStatus status, String now) {
        this.pod = pod;
        this.before = before;
        this.status = status;
        this.now = now;
    }

    /**
     * @param sandbox whether the machine's network is up
     * @param report of the machine
     */
    List<PodCondition> of(boolean sandbox, MachineReport report) {
        if (report.instance() != null) {
            resize();
            add("PodReadyToStartContainers", sandbox, null, null);
            initialized();
            if (containersReady("Ready")) {
                ready(report.instance().healthy());
            }
            containersReady("ContainersReady");
            add("PodScheduled", true, null, null);
        } else if (!report.unschedulable().isEmpty()) {
            add("PodScheduled", false, "Unschedulable", report.unschedulable());
        }
        before.stream().filter(condition -> !OWN.contains(condition.getType())).forEach(result::add);
        return result;
    }

    /** What the kubelet says of a resize that its node can never make. */
    private void resize() {
        boolean over = "Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase());
        if (!over && Sizes.differ(pod.getSpec(), status)) {
            add("PodResizePending", true, "Infeasible", "a machine keeps the size that it was started with");
        }
    }

    private void initialized() {
        Set<String> done = status.getInitContainerStatuses().stream()
                .filter(this::isInitialized)
                .map(ContainerStatus::getName)
                .collect(Collectors.toSet());
        List<String> missing = pod.getSpec().getInitContainers().stream()
                .map(Container::getName)
                .filter(name -> !done.contains(name))
                .toList();
        if (missing.isEmpty() || "Succeeded".equals(status.getPhase())) {
            boolean completed = "Succeeded".equals(status.getPhase());
            add("Initialized", true, completed ? "PodCompleted" : null, null);
        } else {
            add(
                    "Initialized",
                    false,
                    "ContainersNotInitialized",
                    "containers with incomplete status: " + list(missing));
        }
    }

    private boolean isInitialized(ContainerStatus container) {
        boolean sidecar = pod.getSpec().getInitContainers().stream()
                .anyMatch(
                        spec -> spec.getName().equals(container.getName()) && "Always".equals(spec.getRestartPolicy()));
        if (sidecar) {
            return Boolean.TRUE.equals(container.getStarted());
        }
        return container.getState() != null
                && container.getState().getTerminated() != null
                && Integer.valueOf(0)
                        .equals(container.getState().getTerminated().getExitCode());
    }

    /** Adds the condition unless it is a Ready that holds so far; tells whether all containers are ready. */
    private boolean containersReady(String type) {
        String phase = status.getPhase();
        if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
            add(type, false, "Succeeded".equals(phase) ? "PodCompleted" : "PodFailed", null);
            return false;
        }
        List<String> unready = status.getContainerStatuses().stream()
                .filter(container -> !Boolean.TRUE.equals(container.getReady()))
                .map(ContainerStatus::getName)
                .toList();
        if (!unready.isEmpty()) {
            add(type, false, "ContainersNotReady", "containers with unready status: " + list(unready));
            return false;
        }
        if (!type.equals("Ready")) {
            add(type, true, null, null);
        }
        return true;
    }

    /**
     * A Pod is Ready when its Services reach it: a Deployment that went by the guest's word alone could end the last old machine
     * before the load balancers know the new one.
     *
     * @param healthy whether the load balancers' check of the machine passes
     */
    private void ready(boolean healthy) {
        List<String> closed = new ArrayList<>();
        if (!healthy) {
            closed.add("the load balancers' check of the machine has not passed yet.");
        }
        for (PodReadinessGate gate : pod.getSpec().getReadinessGates()) {
            PodCondition condition = find(gate.getConditionType());
            if (condition == null) {
                closed.add("corresponding condition of pod readiness gate \"" + gate.getConditionType()
                        + "\" does not exist.");
            } else if (!"True".equals(condition.getStatus())) {
                closed.add("the status of pod readiness gate \"" + gate.getConditionType() + "\" is not \"True\", but "
                        + condition.getStatus());
            }
        }
        if (closed.isEmpty()) {
            add("Ready", true, null, null);
        } else {
            add("Ready", false, "ReadinessGatesNotReady", String.join(", ", closed));
        }
    }

    private void add(String type, boolean value, @Nullable String reason, @Nullable String message) {
        String text = value ? "True" : "False";
        PodCondition old = find(type);
        PodCondition condition = new PodCondition();
        condition.setType(type);
        condition.setStatus(text);
        condition.setReason(reason);
        condition.setMessage(message);
        condition.setObservedGeneration(pod.getMetadata().getGeneration());
        String since = old != null && text.equals(old.getStatus()) ? old.getLastTransitionTime() : null;
        condition.setLastTransitionTime(since == null ? now : since);
        result.add(condition);
    }

    private @Nullable PodCondition find(String type) {
        return before.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst()
                .orElse(null);
    }

    /** Go's {@code %s} of a slice. */
    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }
}
