package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.table.Ages;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Columns of Pods: printPod of {@code pkg/printers/internalversion/printers.go}. */
final class PodColumns {
    static final List<Column> ALL = List.of(
            Column.nameColumn(),
            Column.text("Ready", "The aggregate readiness state of this pod for accepting traffic.", PodColumns::ready),
            Column.text("Status", "The aggregate status of the containers in this pod.", PodColumns::status),
            Column.text(
                    "Restarts",
                    "The number of times the containers in this pod have been restarted and when the last container in this"
                            + " pod has restarted.",
                    PodColumns::restarts),
            Column.age(),
            Column.wide(
                    "IP",
                    "IP address allocated to the pod.",
                    pod -> orNone(pod.path("status").path("podIP"))),
            Column.wide(
                    "Node",
                    "The node the pod is scheduled on.",
                    pod -> orNone(pod.path("spec").path("nodeName"))),
            Column.wide(
                    "Nominated Node",
                    "The node this pod is nominated to be scheduled on.",
                    pod -> orNone(pod.path("status").path("nominatedNodeName"))),
            Column.wide("Readiness Gates", "The status of the readiness gates.", PodColumns::gates));

    private PodColumns() {}

    private static String orNone(JsonNode text) {
        String value = text.asString("");
        return value.isEmpty() ? "<none>" : value;
    }

    private static String ready(JsonNode pod) {
        int ready = 0;
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            boolean running = container.path("state").path("running").isObject();
            ready += container.path("ready").asBoolean(false) && running ? 1 : 0;
        }
        return ready + "/" + pod.path("spec").path("containers").size();
    }

    private static String status(JsonNode pod) {
        JsonNode status = pod.path("status");
        String reason = status.path("reason").asString("");
        if (reason.isEmpty()) {
            reason = status.path("phase").asString("");
        }
        String initializing = initReason(pod);
        reason = initializing == null ? containersReason(pod, reason) : initializing;
        if (!Meta.isDeleting(pod)) {
            return reason;
        }
        String phase = status.path("phase").asString("");
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        return status.path("reason").asString("").equals("NodeLost") ? "Unknown" : ended ? reason : "Terminating";
    }

    /** What the first init container that is not done does, or null when all are. */
    private static @Nullable String initReason(JsonNode pod) {
        JsonNode statuses = pod.path("status").path("initContainerStatuses");
        int total = pod.path("spec").path("initContainers").size();
        for (int i = 0; i < statuses.size(); i++) {
            JsonNode container = statuses.get(i);
            JsonNode terminated = container.path("state").path("terminated");
            if (terminated.isObject() && terminated.path("exitCode").asInt(0) == 0
                    || isStartedSidecar(pod, container)) {
                continue;
            }
            if (terminated.isObject()) {
                return "Init:" + terminatedReason(terminated);
            }
            String waiting =
                    container.path("state").path("waiting").path("reason").asString("");
            return waiting.isEmpty() || waiting.equals("PodInitializing")
                    ? "Init:" + i + "/" + total
                    : "Init:" + waiting;
        }
        return null;
    }

    private static boolean isStartedSidecar(JsonNode pod, JsonNode status) {
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            if (container.path("name").asString("").equals(status.path("name").asString(""))) {
                return container.path("restartPolicy").asString("").equals("Always")
                        && status.path("started").asBoolean(false);
            }
        }
        return false;
    }

    private static String containersReason(JsonNode pod, String otherwise) {
        String reason = otherwise;
        boolean running = false;
        JsonNode statuses = pod.path("status").path("containerStatuses");
        for (int i = statuses.size() - 1; i >= 0; i--) {
            JsonNode state = statuses.get(i).path("state");
            String waiting = state.path("waiting").path("reason").asString("");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (state.path("terminated").isObject()) {
                reason = terminatedReason(state.path("terminated"));
            } else if (statuses.get(i).path("ready").asBoolean(false)
                    && state.path("running").isObject()) {
                running = true;
            }
        }
        if (reason.equals("Completed") && running) {
            return isReady(pod) ? "Running" : "NotReady";
        }
        return reason;
    }

    private static String terminatedReason(JsonNode terminated) {
        String reason = terminated.path("reason").asString("");
        int signal = terminated.path("signal").asInt(0);
        return !reason.isEmpty()
                ? reason
                : signal != 0
                        ? "Signal:" + signal
                        : "ExitCode:" + terminated.path("exitCode").asInt(0);
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Ready")) {
                return condition.path("status").asString("").equals("True");
            }
        }
        return false;
    }

    private static Object restarts(JsonNode pod) {
        String field = initReason(pod) == null ? "containerStatuses" : "initContainerStatuses";
        long restarts = 0;
        String last = "";
        for (JsonNode container : pod.path("status").path(field)) {
            restarts += container.path("restartCount").asLong(0);
            String finished = container
                    .path("lastState")
                    .path("terminated")
                    .path("finishedAt")
                    .asString("");
            last = finished.compareTo(last) > 0 ? finished : last;
        }
        if (restarts == 0 || last.isEmpty()) {
            return Long.toString(restarts);
        }
        String count = Long.toString(restarts);
        Column.Timed age = Ages.since(last);
        return (Column.Timed) now -> count + " (" + age.at(now) + " ago)";
    }

    private static String gates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return "<none>";
        }
        int met = 0;
        for (JsonNode gate : gates) {
            for (JsonNode condition : pod.path("status").path("conditions")) {
                boolean same = condition
                        .path("type")
                        .asString("")
                        .equals(gate.path("conditionType").asString(""));
                met += same && condition.path("status").asString("").equals("True") ? 1 : 0;
            }
        }
        return met + "/" + gates.size();
    }
}
