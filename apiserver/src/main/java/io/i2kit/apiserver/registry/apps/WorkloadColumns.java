package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Columns of Deployments and ReplicaSets ({@code pkg/printers/internalversion/printers.go}). */
final class WorkloadColumns {
    private static final Column CONTAINERS =
            Column.wide("Containers", "Names of each container in the template.", object -> joined(object, "name"));
    private static final Column IMAGES = Column.wide(
            "Images", "Images referenced by each container in the template.", object -> joined(object, "image"));
    private static final Column SELECTOR = Column.wide(
            "Selector",
            "Label selector for the pods.",
            object -> orNone(Scale.selectorText(object.path("spec").path("selector"))));

    static final List<Column> DEPLOYMENTS = List.of(
            Column.nameColumn(),
            Column.text(
                    "Ready",
                    "Number of the pod with ready state",
                    object -> status(object, "readyReplicas") + "/"
                            + object.path("spec").path("replicas").asInt(0)),
            Column.number("Up-to-date", "Pods of the newest template.", object -> status(object, "updatedReplicas")),
            Column.number(
                    "Available", "Pods that are ready for long enough.", object -> status(object, "availableReplicas")),
            Column.age(),
            CONTAINERS,
            IMAGES,
            SELECTOR);

    static final List<Column> REPLICA_SETS = List.of(
            Column.nameColumn(),
            Column.number(
                    "Desired",
                    "Replicas wanted.",
                    object -> object.path("spec").path("replicas").asInt(0)),
            Column.number("Current", "Replicas that exist.", object -> status(object, "replicas")),
            Column.number("Ready", "Replicas that are ready.", object -> status(object, "readyReplicas")),
            Column.age(),
            CONTAINERS,
            IMAGES,
            SELECTOR);

    private WorkloadColumns() {}

    private static int status(JsonNode object, String field) {
        return object.path("status").path(field).asInt(0);
    }

    private static String joined(JsonNode object, String field) {
        List<String> values = new ArrayList<>();
        for (JsonNode container :
                object.path("spec").path("template").path("spec").path("containers")) {
            values.add(container.path(field).asString(""));
        }
        return String.join(",", values);
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }
}
