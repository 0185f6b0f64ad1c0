package io.i2kit.translator.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.translator.ContainerImage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code containerStatuses} and {@code initContainerStatuses}, in the order of the spec. */
final class ContainerStatuses {
    private static final String CREATING = "ContainerCreating";
    private static final String INITIALIZING = "PodInitializing";

    /** What the kubelet says of a container that it cannot find any more ({@code kubelet_pods.go}). */
    private static final String LOST_REASON = "ContainerStatusUnknown";

    private static final String LOST_MESSAGE = "The container could not be located when the pod was terminated";
    private static final int KILLED = 137;

    private final MachineReport report;
    private final boolean hasInitContainers;
    private final boolean sized;

    /** @param sized whether the size of the machine is settled */
    ContainerStatuses(MachineReport report, boolean hasInitContainers, boolean sized) {
        this.report = report;
        this.hasInitContainers = hasInitContainers;
        this.sized = sized;
    }

    /**
     * @param guest the guest's statuses of these containers, or null while it has not reported
     * @param before the statuses that are stored
     */
    List<ContainerStatus> of(
            List<Container> containers, @Nullable List<GuestStatus.Container> guest, List<ContainerStatus> before) {
        Map<String, GuestStatus.Container> reported = guest == null
                ? Map.of()
                : guest.stream()
                        .collect(Collectors.toMap(
                                GuestStatus.Container::name, Function.identity(), (first, second) -> second));
        Map<String, ContainerStatus> stored = before.stream()
                .collect(Collectors.toMap(ContainerStatus::getName, Function.identity(), (first, second) -> second));
        return containers.stream()
                .map(container -> of(container, reported.get(container.getName()), stored.get(container.getName())))
                .toList();
    }

    private ContainerStatus of(
            Container container, GuestStatus.@Nullable Container guest, @Nullable ContainerStatus before) {
        if (guest != null) {
            return running(container, guest, before);
        }
        boolean ran = before != null && before.getContainerID() != null && report.instance() != null;
        return ran ? Objects.requireNonNull(before) : waiting(container, before);
    }

    /** None of them starts: the image of a machine is made before it starts. */
    static List<ContainerStatus> ephemeral(List<EphemeralContainer> containers) {
        return containers.stream()
                .map(container -> {
                    ContainerStateWaiting waiting = new ContainerStateWaiting();
                    waiting.setReason("CreateContainerError");
                    waiting.setMessage(
                            "ephemeral containers are not run: the image of a machine is made before it starts;"
                                    + " use kubectl exec, or a container of the Pod's own");
                    ContainerState state = new ContainerState();
                    state.setWaiting(waiting);
                    ContainerStatus status = new ContainerStatus();
                    status.setName(container.getName());
                    status.setImage(container.getImage());
                    status.setImageID("");
                    status.setReady(false);
                    status.setRestartCount(0);
                    status.setState(state);
                    status.setLastState(new ContainerState());
                    return status;
                })
                .toList();
    }

    private ContainerStatus running(
            Container container, GuestStatus.Container guest, @Nullable ContainerStatus before) {
        ContainerStatus status = blank(container, before);
        status.setReady(guest.ready());
        status.setStarted(guest.started());
        status.setRestartCount(guest.restartCount());
        status.setState(state(guest.state(), container, guest.restartCount()));
        status.setLastState(state(guest.lastState(), container, guest.restartCount() - 1));
        boolean hasRun = guest.state().waiting() == null || guest.restartCount() > 0;
        if (hasRun) {
            int run = guest.state().waiting() == null ? guest.restartCount() : guest.restartCount() - 1;
            status.setContainerID(containerId(container.getName(), Math.max(0, run)));
        }
        return status;
    }

    private ContainerStatus waiting(Container container, @Nullable ContainerStatus before) {
        ContainerStatus status = blank(container, before);
        MachineReport.Waiting why = report.waiting()
                .getOrDefault(container.getName(), report.waiting().get(""));
        ContainerStateWaiting waiting = new ContainerStateWaiting();
        waiting.setReason(why == null ? hasInitContainers ? INITIALIZING : CREATING : why.reason());
        waiting.setMessage(why == null || why.message().isEmpty() ? null : why.message());
        ContainerState state = new ContainerState();
        state.setWaiting(waiting);
        status.setState(state);
        status.setImageID("");
        return status;
    }

    private ContainerStatus blank(Container container, @Nullable ContainerStatus before) {
        ContainerImage image = report.images().get(container.getName());
        ContainerStatus status = new ContainerStatus();
        status.setName(container.getName());
        status.setImage(container.getImage());
        status.setImageID(image == null ? "" : image.digestReference());
        status.setReady(false);
        status.setStarted(false);
        status.setRestartCount(0);
        status.setLastState(new ContainerState());
        ResourceRequirements allotted = allotted(container, before);
        status.setResources(allotted);
        status.setAllocatedResources(allotted.getRequests());
        return status;
    }

    /** What the machine was made for: of the spec at first; a resize does not reach it. */
    private ResourceRequirements allotted(Container container, @Nullable ContainerStatus before) {
        if (before != null && before.getResources() != null && sized) {
            return before.getResources();
        }
        ResourceRequirements allotted = new ResourceRequirements();
        if (container.getResources() != null) {
            allotted.setLimits(container.getResources().getLimits());
            allotted.setRequests(container.getResources().getRequests());
        }
        return allotted;
    }

    private ContainerState state(GuestStatus.State guest, Container container, int run) {
        ContainerState state = new ContainerState();
        if (guest.waiting() != null) {
            ContainerStateWaiting waiting = new ContainerStateWaiting();
            waiting.setReason(guest.waiting().reason());
            waiting.setMessage(emptyToNull(guest.waiting().message()));
            state.setWaiting(waiting);
        }
        if (guest.running() != null) {
            ContainerStateRunning running = new ContainerStateRunning();
            running.setStartedAt(Timestamps.normalize(guest.running().startedAt()));
            state.setRunning(running);
        }
        if (guest.terminated() != null) {
            state.setTerminated(terminated(guest.terminated(), containerId(container.getName(), Math.max(0, run))));
        }
        return state;
    }

    private static ContainerStateTerminated terminated(GuestStatus.Terminated guest, String containerId) {
        ContainerStateTerminated terminated = new ContainerStateTerminated();
        terminated.setExitCode(guest.exitCode());
        terminated.setSignal(guest.signal() == 0 ? null : guest.signal());
        terminated.setReason(guest.reason());
        terminated.setMessage(emptyToNull(guest.message()));
        terminated.setStartedAt(Timestamps.normalize(guest.startedAt()));
        terminated.setFinishedAt(Timestamps.normalize(guest.finishedAt()));
        terminated.setContainerID(containerId);
        return terminated;
    }

    /** Statuses of containers whose machine is gone: what did not end is lost. */
    static List<ContainerStatus> ended(List<ContainerStatus> statuses, String now) {
        return statuses.stream()
                .map(status -> hasTerminated(status) ? status : lost(status, now))
                .toList();
    }

    private static boolean hasTerminated(ContainerStatus status) {
        return status.getState() != null && status.getState().getTerminated() != null;
    }

    private static ContainerStatus lost(ContainerStatus status, String now) {
        ContainerStateRunning running =
                status.getState() == null ? null : status.getState().getRunning();
        ContainerStateTerminated terminated = new ContainerStateTerminated();
        terminated.setExitCode(KILLED);
        terminated.setReason(LOST_REASON);
        terminated.setMessage(LOST_MESSAGE);
        terminated.setStartedAt(running == null ? null : running.getStartedAt());
        terminated.setFinishedAt(running == null ? null : now);
        terminated.setContainerID(status.getContainerID());
        ContainerState state = new ContainerState();
        state.setTerminated(terminated);
        return status.toBuilder()
                .withState(state)
                .withReady(false)
                .withStarted(false)
                .build();
    }

    /** One run of one container of one machine; the runtime's own ids stay in the guest. */
    private String containerId(String container, int run) {
        Instance instance = report.instance();
        String identity = (instance == null ? "" : instance.id()) + "/" + container + "/" + run;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return "crun://" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
