package io.i2kit.apiserver.registry.scheduling;

import io.i2kit.apiserver.registry.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The classes that every cluster has from its start ({@code pkg/apis/scheduling/v1/helpers.go}). */
public final class SystemPriorityClasses {
    private static final String NODE = "system-node-critical";
    private static final String CLUSTER = "system-cluster-critical";
    static final Map<String, Long> VALUES = Map.of(NODE, 2_000_001_000L, CLUSTER, 2_000_000_000L);

    private SystemPriorityClasses() {}

    public static List<ObjectNode> all() {
        return List.of(
                made(NODE, "Used for system critical pods that must not be moved from their current node."),
                made(
                        CLUSTER,
                        "Used for system critical pods that must run in the cluster, but can be moved to another node if"
                                + " necessary."));
    }

    private static ObjectNode made(String name, String description) {
        ObjectNode made = Json.object();
        made.putObject("metadata").put("name", name);
        return made.put("value", VALUES.getOrDefault(name, 0L)).put("description", description);
    }
}
