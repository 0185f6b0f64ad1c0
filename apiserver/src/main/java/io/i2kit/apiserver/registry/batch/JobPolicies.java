package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A Job's policies as upstream's faults show them: its internal types have no JSON names, and every field. */
final class JobPolicies {
    private JobPolicies() {}

    static JsonNode failure(JsonNode spec) {
        return shown(spec.path("podFailurePolicy"), (rule, out) -> {
            out.put("Action", text(rule, "action"));
            out.set("OnExitCodes", rule.has("onExitCodes") ? exitCodes(rule.path("onExitCodes")) : null);
            out.set("OnPodConditions", rule.has("onPodConditions") ? conditions(rule.path("onPodConditions")) : null);
        });
    }

    static JsonNode success(JsonNode spec) {
        return shown(spec.path("successPolicy"), (rule, out) -> {
            out.set("SucceededIndexes", rule.get("succeededIndexes"));
            out.set("SucceededCount", rule.get("succeededCount"));
        });
    }

    private static JsonNode shown(JsonNode policy, BiConsumer<JsonNode, ObjectNode> writeRule) {
        if (!policy.isObject()) {
            return policy;
        }
        ObjectNode shown = Json.object();
        ArrayNode rules = shown.putArray("Rules");
        policy.path("rules").forEach(rule -> writeRule.accept(rule, rules.addObject()));
        return shown;
    }

    private static JsonNode exitCodes(JsonNode codes) {
        ObjectNode out = Json.object();
        out.set("ContainerName", codes.get("containerName"));
        out.put("Operator", text(codes, "operator"));
        out.set("Values", codes.get("values"));
        return out;
    }

    private static JsonNode conditions(JsonNode conditions) {
        ArrayNode out = Json.MAPPER.createArrayNode();
        conditions.forEach(condition ->
                out.addObject().put("Type", text(condition, "type")).put("Status", text(condition, "status")));
        return out;
    }
}
