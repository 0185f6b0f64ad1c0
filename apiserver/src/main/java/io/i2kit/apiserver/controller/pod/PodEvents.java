package io.i2kit.apiserver.controller.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Events on Pods with the reasons, texts and sources of the kubelet and the scheduler, as {@code kubectl describe} shows them. */
final class PodEvents {
    private static final String KUBELET = "kubelet";
    private static final String SCHEDULER = "default-scheduler";
    private static final String NORMAL = "Normal";
    private static final String WARNING = "Warning";

    /** What concerns all Pods of a workload alike is told on this many of them: a hundred equal Events help nobody. */
    private static final int TOLD_PODS = 10;

    private final ObjectClient client;
    private final EventRecorder recorder;

    PodEvents(ObjectClient client, EventRecorder recorder) {
        this.client = client;
        this.recorder = recorder;
    }

    void scheduled(ObjectKey pod, ObjectNode tree, String node) {
        String message = "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node;
        recorder.event(pod, tree, NORMAL, "Scheduled", message, SCHEDULER);
    }

    void failedScheduling(Collection<PodView> pods, String reason, String message) {
        boolean capacity = reason.equals("InsufficientCapacity");
        tell(pods, WARNING, capacity ? "FailedScheduling" : reason, message, SCHEDULER);
    }

    /** A step of the image's making, a refused pull, a missing ConfigMap: the same for all Pods of the workload. */
    void tell(Collection<PodView> pods, String type, String reason, String message) {
        tell(pods, type, reason, message, KUBELET);
    }

    void imageFailed(Collection<PodView> pods, Collection<ImageFailures.Problem> problems) {
        for (ImageFailures.Problem problem : problems) {
            tell(pods, WARNING, "Failed", "Failed to pull image \"" + problem.image() + "\": " + problem.message());
            tell(pods, WARNING, "Failed", "Error: " + problem.reason());
        }
    }

    void backingOff(Collection<PodView> pods, Collection<String> images) {
        for (String image : images) {
            tell(pods, NORMAL, "BackOff", "Back-off pulling image \"" + image + "\"");
            tell(pods, WARNING, "Failed", "Error: ImagePullBackOff");
        }
    }

    void killing(ObjectKey pod) {
        ObjectNode tree = client.get(pod);
        if (tree != null) {
            tree.path("spec").path("containers").forEach(container -> {
                String name = FieldPaths.text(container, "name");
                recorder.event(pod, tree, NORMAL, "Killing", "Stopping container " + name, KUBELET);
            });
        }
    }

    /** What happened to containers between two statuses. */
    void changed(ObjectKey pod, ObjectNode tree, @Nullable PodStatus before, PodStatus after) {
        Map<String, ContainerStatus> old = before == null
                ? Map.of()
                : statuses(before).stream()
                        .collect(Collectors.toMap(ContainerStatus::getName, Function.identity(), (a, b) -> b));
        for (ContainerStatus status : statuses(after)) {
            changed(pod, tree, old.get(status.getName()), status);
        }
        PodCondition pending = resizePending(after);
        PodCondition known = before == null ? null : resizePending(before);
        if (pending != null
                && (known == null || !Objects.equals(known.getObservedGeneration(), pending.getObservedGeneration()))) {
            recorder.event(
                    pod, tree, WARNING, "ResizeInfeasible", "Pod resize Infeasible: " + pending.getMessage(), KUBELET);
        }
        boolean lost = "NodeLost".equals(after.getReason()) && (before == null || before.getReason() == null);
        if (lost) {
            recorder.event(pod, tree, WARNING, "NodeLost", String.valueOf(after.getMessage()), "node-controller");
        }
    }

    private void changed(ObjectKey pod, ObjectNode tree, @Nullable ContainerStatus before, ContainerStatus after) {
        String name = after.getName();
        boolean started = after.getContainerID() != null
                && (before == null || !after.getContainerID().equals(before.getContainerID()));
        if (started) {
            recorder.event(pod, tree, NORMAL, "Created", "Created container: " + name, KUBELET);
            recorder.event(pod, tree, NORMAL, "Started", "Started container " + name, KUBELET);
        }
        String reason = waitingReason(after);
        if (reason.equals("CrashLoopBackOff") && !reason.equals(before == null ? "" : waitingReason(before))) {
            String uid = FieldPaths.text(tree, "metadata.uid");
            String where = pod.name() + "_" + pod.namespace() + "(" + uid + ")";
            String message = "Back-off restarting failed container " + name + " in pod " + where;
            recorder.event(pod, tree, WARNING, "BackOff", message, KUBELET);
        }
        boolean fellBack = !started
                && before != null
                && Boolean.TRUE.equals(before.getReady())
                && Boolean.FALSE.equals(after.getReady())
                && after.getState() != null
                && after.getState().getRunning() != null
                && FieldPaths.text(tree, "metadata.deletionTimestamp").isEmpty();
        if (fellBack) {
            recorder.event(pod, tree, WARNING, "Unhealthy", "Readiness probe failed: container " + name, KUBELET);
        }
    }

    private static @Nullable PodCondition resizePending(PodStatus status) {
        return status.getConditions().stream()
                .filter(condition -> "PodResizePending".equals(condition.getType()))
                .findFirst()
                .orElse(null);
    }

    private static String waitingReason(ContainerStatus status) {
        return status.getState() == null
                        || status.getState().getWaiting() == null
                        || status.getState().getWaiting().getReason() == null
                ? ""
                : status.getState().getWaiting().getReason();
    }

    private static List<ContainerStatus> statuses(PodStatus status) {
        List<ContainerStatus> all = new ArrayList<>(status.getInitContainerStatuses());
        all.addAll(status.getContainerStatuses());
        return all;
    }

    private void tell(Collection<PodView> pods, String type, String reason, String message, String source) {
        pods.stream().limit(TOLD_PODS).forEach(pod -> {
            ObjectNode tree = client.get(pod.key());
            if (tree != null) {
                recorder.event(pod.key(), tree, type, reason, message, source);
            }
        });
    }
}
