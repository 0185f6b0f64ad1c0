package io.i2kit.apiserver.registry.flowcontrol;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** FlowSchemas and PriorityLevelConfigurations: kept as upstream keeps them; the server's fair share has rules of its own. */
public final class FlowControlResources {
    /** Under which they are stored. */
    public static final String SCHEMAS = "flowcontrol.apiserver.k8s.io/flowschemas";

    /** Under which they are stored. */
    public static final String LEVELS = "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations";

    private static final String NONE = "<none>";

    private FlowControlResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all() {
        ResourceNames schemas = names("flowschemas", "FlowSchema");
        ResourceNames levels = names("prioritylevelconfigurations", "PriorityLevelConfiguration");
        return List.of(
                ResourceDefinition.cluster(schemas, new FlowSchemaStrategy())
                        .withStatus()
                        .withColumns(schemaColumns())
                        .withSupport(Support.STORED),
                ResourceDefinition.cluster(levels, new PriorityLevelStrategy())
                        .withStatus()
                        .withColumns(levelColumns())
                        .withSupport(Support.STORED));
    }

    private static ResourceNames names(String plural, String kind) {
        return new ResourceNames("flowcontrol.apiserver.k8s.io", "v1", plural, kind, List.of(), List.of());
    }

    private static List<Column> schemaColumns() {
        return List.of(
                Column.nameColumn(),
                Column.text(
                        "PriorityLevel",
                        "The priority level of requests that match.",
                        schema -> text(schema.path("spec").path("priorityLevelConfiguration"), "name")),
                Column.text(
                        "MatchingPrecedence",
                        "Which schema is asked first.",
                        schema -> schema.path("spec").path("matchingPrecedence").asInt(0)),
                Column.text(
                        "DistinguisherMethod",
                        "How the flows of a schema are told apart.",
                        schema -> schema.path("spec")
                                .path("distinguisherMethod")
                                .path("type")
                                .asString(NONE)),
                Column.age(),
                Column.text(
                        "MissingPL",
                        "Whether there is no such PriorityLevelConfiguration.",
                        FlowControlResources::dangling));
    }

    private static String dangling(JsonNode schema) {
        for (JsonNode condition : schema.path("status").path("conditions")) {
            if (text(condition, "type").equals("Dangling")) {
                return text(condition, "status");
            }
        }
        return "?";
    }

    private static List<Column> levelColumns() {
        return List.of(
                Column.nameColumn(),
                Column.text("Type", "Whether requests are limited.", level -> text(level.path("spec"), "type")),
                Column.text(
                        "NominalConcurrencyShares",
                        "The level's share of the requests at once.",
                        level -> number(level.path("spec").path("limited").path("nominalConcurrencyShares"))),
                Column.text("Queues", "How many queues there are.", level -> number(queuing(level, "queues"))),
                Column.text("HandSize", "Of how many queues a flow has.", level -> number(queuing(level, "handSize"))),
                Column.text(
                        "QueueLengthLimit",
                        "How many requests a queue holds.",
                        level -> number(queuing(level, "queueLengthLimit"))),
                Column.age());
    }

    private static JsonNode queuing(JsonNode level, String field) {
        return level.path("spec")
                .path("limited")
                .path("limitResponse")
                .path("queuing")
                .path(field);
    }

    private static Object number(JsonNode value) {
        return value.isNumber() ? value.asLong() : NONE;
    }
}
