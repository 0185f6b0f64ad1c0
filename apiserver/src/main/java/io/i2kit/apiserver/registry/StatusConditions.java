package io.i2kit.apiserver.registry;

import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Conditions in the status of object trees. */
public final class StatusConditions {
    private StatusConditions() {}

    /** Sets a condition; one that says so already stays as it is, with its time. */
    public static void set(ObjectNode object, String type, boolean holds, String reason, String message, Instant now) {
        ObjectNode condition = condition(object, type);
        String status = holds ? "True" : "False";
        boolean same = text(condition, "status").equals(status)
                && text(condition, "reason").equals(reason)
                && text(condition, "message").equals(message);
        if (!same) {
            condition.put("status", status).put("lastTransitionTime", Meta.time(now));
            condition.put("reason", reason).put("message", message);
        }
    }

    private static ObjectNode condition(ObjectNode object, String type) {
        ArrayNode conditions = object.withObjectProperty("status").withArrayProperty("conditions");
        for (JsonNode each : conditions) {
            if (each instanceof ObjectNode condition && text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return conditions.addObject().put("type", type);
    }

    private static String text(JsonNode condition, String field) {
        return condition.path(field).asString("");
    }
}
