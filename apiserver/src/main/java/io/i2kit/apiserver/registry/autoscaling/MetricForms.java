package io.i2kit.apiserver.registry.autoscaling;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A metric of {@code autoscaling/v2} and the flat form that {@code v1} keeps in annotations
 * ({@code pkg/apis/autoscaling/v1/conversion.go}).
 */
final class MetricForms {
    private static final List<String> SOURCES = List.of("object", "pods", "resource", "containerResource", "external");
    private static final String ZERO = "0";

    private MetricForms() {}

    /** The names of the flat form's values: the one of a target, or the one of what was measured. */
    private record Side(String nested, String value, String average, String utilization) {}

    private static final Side TARGET =
            new Side("target", "targetValue", "targetAverageValue", "targetAverageUtilization");
    private static final Side CURRENT =
            new Side("current", "currentValue", "currentAverageValue", "currentAverageUtilization");

    static ObjectNode toFirst(JsonNode metric) {
        return flat(metric, TARGET);
    }

    static ObjectNode statusToFirst(JsonNode metric) {
        return flat(metric, CURRENT);
    }

    static ObjectNode fromFirst(JsonNode metric) {
        return nested(metric, TARGET);
    }

    static ObjectNode statusFromFirst(JsonNode metric) {
        return nested(metric, CURRENT);
    }

    private static ObjectNode flat(JsonNode metric, Side side) {
        ObjectNode out = Json.object();
        copy(metric, "type", out, "type");
        for (String source : SOURCES) {
            if (metric.has(source)) {
                out.set(source, flatSource(source, metric.path(source), side));
            }
        }
        return out;
    }

    private static ObjectNode flatSource(String kind, JsonNode source, Side side) {
        ObjectNode out = Json.object();
        JsonNode values = source.path(side.nested());
        if (kind.equals("object")) {
            copy(source, "describedObject", out, "target");
        }
        copy(source.path("metric"), "name", out, "metricName");
        copy(source, "name", out, "name");
        copy(source, "container", out, "container");
        copy(source.path("metric"), "selector", out, kind.equals("external") ? "metricSelector" : "selector");
        boolean valueAlways = kind.equals("object") || kind.equals("external") && side == CURRENT;
        copy(values, "value", out, side.value());
        if (valueAlways && !out.has(side.value())) {
            out.put(side.value(), ZERO);
        }
        String average = kind.equals("object") ? "averageValue" : side.average();
        copy(values, "averageValue", out, average);
        boolean averageAlways = kind.equals("pods") || side == CURRENT && !valueAlways;
        if (averageAlways && !out.has(average)) {
            out.put(average, ZERO);
        }
        copy(values, "averageUtilization", out, side.utilization());
        return out;
    }

    private static ObjectNode nested(JsonNode metric, Side side) {
        ObjectNode out = Json.object();
        copy(metric, "type", out, "type");
        for (String source : SOURCES) {
            if (metric.has(source)) {
                out.set(source, nestedSource(source, metric.path(source), side));
            }
        }
        return out;
    }

    private static ObjectNode nestedSource(String kind, JsonNode source, Side side) {
        ObjectNode out = Json.object();
        if (kind.equals("object")) {
            copy(source, "target", out, "describedObject");
        }
        copy(source, "name", out, "name");
        copy(source, "container", out, "container");
        if (source.has("metricName")) {
            ObjectNode identifier = out.putObject("metric");
            copy(source, "metricName", identifier, "name");
            copy(source, kind.equals("external") ? "metricSelector" : "selector", identifier, "selector");
        }
        ObjectNode values = out.putObject(side.nested());
        copy(source, kind.equals("object") ? "averageValue" : side.average(), values, "averageValue");
        copy(source, side.utilization(), values, "averageUtilization");
        copy(source, side.value(), values, "value");
        if (side == TARGET) {
            // The flat form cannot leave the value out; beside an average a zero means that there is none.
            if (values.has("averageValue") && text(values, "value").equals(ZERO)) {
                values.remove("value");
            }
            values.put("type", type(values));
        }
        return out;
    }

    private static String type(JsonNode target) {
        if (target.has("averageUtilization")) {
            return "Utilization";
        }
        return target.has("value") && !target.has("averageValue") ? "Value" : "AverageValue";
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String as) {
        JsonNode value = from.get(name);
        if (value != null) {
            to.set(as, value);
        }
    }

    /** As Go writes its internal type, without JSON names and with every field: upstream keeps the behaviour so. */
    static ObjectNode goStyle(JsonNode behavior) {
        ObjectNode out = Json.object();
        for (String way : List.of("scaleUp", "scaleDown")) {
            out.set(goName(way), behavior.has(way) ? goRules(behavior.path(way)) : null);
        }
        return out;
    }

    private static ObjectNode goRules(JsonNode rules) {
        ObjectNode out = goFields(rules, List.of("stabilizationWindowSeconds", "selectPolicy"));
        ArrayNode policies = out.putArray("Policies");
        rules.path("policies")
                .forEach(policy -> policies.add(goFields(policy, List.of("type", "value", "periodSeconds"))));
        out.set("Tolerance", rules.get("tolerance"));
        return out;
    }

    private static ObjectNode goFields(JsonNode owner, List<String> fields) {
        ObjectNode out = Json.object();
        fields.forEach(field -> out.set(goName(field), owner.get(field)));
        return out;
    }

    private static String goName(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** The other way; Kubernetes reads either case. */
    static JsonNode jsonStyle(JsonNode tree) {
        if (tree instanceof ArrayNode list) {
            ArrayNode out = Json.MAPPER.createArrayNode();
            list.forEach(item -> out.add(jsonStyle(item)));
            return out;
        }
        if (!(tree instanceof ObjectNode object)) {
            return tree;
        }
        ObjectNode out = Json.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!field.getValue().isNull()) {
                String name = field.getKey();
                out.set(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1), jsonStyle(field.getValue()));
            }
        }
        return out;
    }
}
