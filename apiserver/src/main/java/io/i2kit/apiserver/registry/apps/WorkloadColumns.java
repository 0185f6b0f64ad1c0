package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.core.TemplateColumns;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Columns of Deployments and ReplicaSets ({@code pkg/printers/internalversion/printers.go}). */
final class WorkloadColumns {
    private static final Column CONTAINERS = TemplateColumns.containers("spec.template");
    private static final Column IMAGES = TemplateColumns.images("spec.template");
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
            Column.text("Up-to-date", "Pods of the newest template.", object -> status(object, "updatedReplicas")),
            Column.text(
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

    static final List<Column> STATEFUL_SETS = List.of(
            Column.nameColumn(),
            Column.text(
                    "Ready",
                    "Number of the pod with ready state",
                    object -> status(object, "readyReplicas") + "/"
                            + object.path("spec").path("replicas").asInt(0)),
            Column.age(),
            CONTAINERS,
            IMAGES);

    static final List<Column> DAEMON_SETS = List.of(
            Column.nameColumn(),
            Column.number("Desired", "Nodes that should run it.", set -> status(set, "desiredNumberScheduled")),
            Column.number(
                    "Current",
                    "Nodes that run at least one pod and should.",
                    set -> status(set, "currentNumberScheduled")),
            Column.number("Ready", "Nodes with a ready pod.", set -> status(set, "numberReady")),
            Column.number(
                    "Up-to-date",
                    "Nodes with a pod of the newest template.",
                    set -> status(set, "updatedNumberScheduled")),
            Column.number("Available", "Nodes with an available pod.", set -> status(set, "numberAvailable")),
            Column.text(
                    "Node Selector",
                    "Labels of the nodes that should run it.",
                    set -> orNone(Scale.selectorText(
                            set.path("spec").path("template").path("spec").path("nodeSelector")))),
            Column.age(),
            CONTAINERS,
            IMAGES,
            SELECTOR);

    static final List<Column> CONTROLLER_REVISIONS = List.of(
            Column.nameColumn(),
            Column.text("Controller", "Controller of the object", WorkloadColumns::controller),
            Column.text(
                    "Revision",
                    "The revision of the state.",
                    revision -> revision.path("revision").asLong(0)),
            Column.age());

    private WorkloadColumns() {}

    /** {@code kind.group/name} of the owner that controls it. */
    private static String controller(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                String version = owner.path("apiVersion").asString("");
                String group = version.contains("/") ? "." + version.substring(0, version.indexOf('/')) : "";
                return owner.path("kind").asString("").toLowerCase(Locale.ROOT) + group + "/"
                        + owner.path("name").asString("");
            }
        }
        return "<none>";
    }

    private static int status(JsonNode object, String field) {
        return object.path("status").path(field).asInt(0);
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }
}
