package io.i2kit.apiserver.registry.autoscaling;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectView;
import io.i2kit.apiserver.registry.ResourceDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code autoscaling/v1}: one metric is a field, what it has no field for lives in annotations
 * ({@code pkg/apis/autoscaling/v1/conversion.go}).
 */
record AutoscalerView(ResourceDefinition stored) implements ObjectView {
    private static final String METRICS = "autoscaling.alpha.kubernetes.io/metrics";
    private static final String CURRENT_METRICS = "autoscaling.alpha.kubernetes.io/current-metrics";
    private static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";
    private static final String BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";
    private static final List<String> ROUND_TRIP = List.of(
            METRICS,
            BEHAVIOR,
            "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
            "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
            CURRENT_METRICS,
            CONDITIONS);
    private static final String TARGET = "targetCPUUtilizationPercentage";
    private static final String CURRENT = "currentCPUUtilizationPercentage";
    private static final int DEFAULT_UTILIZATION = 80;

    @Override
    public String storedResource() {
        return stored.storedResource();
    }

    @Override
    public ObjectNode fromStored(ObjectNode object) {
        object.put("apiVersion", "autoscaling/v1");
        dropRoundTrip(object);
        if (object.get("spec") instanceof ObjectNode spec) {
            showSpec(object, spec);
        }
        if (object.get("status") instanceof ObjectNode status) {
            showStatus(object, status);
        }
        return object;
    }

    private static void showSpec(ObjectNode object, ObjectNode spec) {
        ArrayNode others = Json.MAPPER.createArrayNode();
        JsonNode metrics = spec.path("metrics");
        spec.remove("metrics");
        for (JsonNode metric : metrics) {
            JsonNode utilization = metric.path("resource").path("target").path("averageUtilization");
            if (isProcessor(metric) && utilization.isNumber()) {
                if (!spec.has(TARGET)) {
                    spec.set(TARGET, utilization);
                }
            } else {
                others.add(MetricForms.toFirst(metric));
            }
        }
        if (!others.isEmpty()) {
            annotate(object, METRICS, others);
        }
        JsonNode behavior = spec.remove("behavior");
        if (behavior != null) {
            annotate(object, BEHAVIOR, MetricForms.goStyle(behavior));
        }
    }

    private static void showStatus(ObjectNode object, ObjectNode status) {
        JsonNode metrics = status.remove("currentMetrics");
        if (metrics != null && !metrics.isEmpty()) {
            ArrayNode shown = Json.MAPPER.createArrayNode();
            for (JsonNode metric : metrics) {
                JsonNode utilization = metric.path("resource").path("current").path("averageUtilization");
                if (isProcessor(metric) && utilization.isNumber()) {
                    status.set(CURRENT, utilization);
                }
                shown.add(MetricForms.statusToFirst(metric));
            }
            annotate(object, CURRENT_METRICS, shown);
        }
        JsonNode conditions = status.remove("conditions");
        if (conditions != null && !conditions.isEmpty()) {
            annotate(object, CONDITIONS, conditions);
        }
    }

    private static boolean isProcessor(JsonNode metric) {
        return text(metric, "type").equals("Resource")
                && text(metric.path("resource"), "name").equals("cpu");
    }

    private static void annotate(ObjectNode object, String key, JsonNode value) {
        Meta.of(object).withObjectProperty("annotations").put(key, Json.MAPPER.writeValueAsString(value));
    }

    @Override
    public ObjectNode toStored(ObjectNode shown) {
        ObjectNode object = shown.put("apiVersion", stored.names().apiVersion());
        if (object.get("spec") instanceof ObjectNode spec) {
            storeSpec(object, spec);
        }
        if (object.get("status") instanceof ObjectNode status) {
            storeStatus(object, status);
        }
        dropRoundTrip(object);
        return object;
    }

    private static void storeSpec(ObjectNode object, ObjectNode spec) {
        ArrayNode metrics = Json.MAPPER.createArrayNode();
        if (annotation(object, METRICS) instanceof ArrayNode others) {
            others.forEach(metric -> metrics.add(MetricForms.fromFirst(metric)));
        }
        JsonNode target = spec.remove(TARGET);
        if (target != null) {
            metrics.add(AutoscalerStrategy.processorUtilization(target.asInt()));
        }
        if (metrics.isEmpty()) {
            metrics.add(AutoscalerStrategy.processorUtilization(DEFAULT_UTILIZATION));
        }
        spec.set("metrics", metrics);
        if (annotation(object, BEHAVIOR) instanceof ObjectNode behavior && !behavior.isEmpty()) {
            spec.set("behavior", MetricForms.jsonStyle(behavior));
        }
    }

    private static void storeStatus(ObjectNode object, ObjectNode status) {
        JsonNode utilization = status.remove(CURRENT);
        if (annotation(object, CURRENT_METRICS) instanceof ArrayNode metrics) {
            ArrayNode all = status.putArray("currentMetrics");
            metrics.forEach(metric -> all.add(MetricForms.statusFromFirst(metric)));
        } else if (utilization != null) {
            status.putArray("currentMetrics")
                    .addObject()
                    .put("type", "Resource")
                    .putObject("resource")
                    .put("name", "cpu")
                    .putObject("current")
                    .set("averageUtilization", utilization);
        }
        if (annotation(object, CONDITIONS) instanceof ArrayNode conditions) {
            status.set("conditions", conditions);
        }
    }

    /** The JSON in an annotation; null when it is missing or no JSON, which upstream passes over. */
    private static @Nullable JsonNode annotation(JsonNode object, String key) {
        JsonNode text = object.path("metadata").path("annotations").path(key);
        if (!text.isString()) {
            return null;
        }
        try {
            return Json.MAPPER.readTree(text.asString());
        } catch (JacksonException e) {
            return null;
        }
    }

    private static void dropRoundTrip(ObjectNode object) {
        if (object.path("metadata").get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(ROUND_TRIP);
            if (annotations.isEmpty()) {
                Meta.of(object).remove("annotations");
            }
        }
    }
}
