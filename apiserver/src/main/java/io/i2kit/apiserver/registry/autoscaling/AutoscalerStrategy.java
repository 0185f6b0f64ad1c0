package io.i2kit.apiserver.registry.autoscaling;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * HorizontalPodAutoscalers: {@code pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go} and the defaults of
 * {@code pkg/apis/autoscaling/v2/defaults.go}.
 */
final class AutoscalerStrategy extends SpecStrategy {
    private static final int DEFAULT_UTILIZATION = 80;
    private static final int PERIOD_SECONDS = 15;

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        if (!spec.has("minReplicas")) {
            spec.put("minReplicas", 1);
        }
        if (spec.path("metrics").isEmpty()) {
            spec.putArray("metrics").add(processorUtilization(DEFAULT_UTILIZATION));
        }
        if (spec.get("behavior") instanceof ObjectNode behavior) {
            ObjectNode up = behavior.withObjectProperty("scaleUp");
            if (!up.has("stabilizationWindowSeconds")) {
                up.put("stabilizationWindowSeconds", 0);
            }
            rules(up, true);
            rules(behavior.withObjectProperty("scaleDown"), false);
        }
    }

    /** The metric that an autoscaler without any has. */
    static ObjectNode processorUtilization(int percent) {
        ObjectNode metric = Json.object().put("type", "Resource");
        metric.putObject("resource")
                .put("name", "cpu")
                .putObject("target")
                .put("type", "Utilization")
                .put("averageUtilization", percent);
        return metric;
    }

    private static void rules(ObjectNode rules, boolean up) {
        if (!rules.has("selectPolicy")) {
            rules.put("selectPolicy", "Max");
        }
        if (!rules.has("policies")) {
            ArrayNode policies = rules.putArray("policies");
            if (up) {
                policy(policies, "Pods", 4);
            }
            policy(policies, "Percent", 100);
        }
    }

    private static void policy(ArrayNode policies, String type, int value) {
        policies.addObject().put("type", type).put("value", value).put("periodSeconds", PERIOD_SECONDS);
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status").put("currentReplicas", 0).put("desiredReplicas", 0);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        validate(object.path("spec"), null, errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object.path("spec"), old.path("spec"), errors);
    }

    private static void validate(JsonNode spec, @Nullable JsonNode old, Consumer<FieldError> errors) {
        JsonNode target = spec.path("scaleTargetRef");
        JsonNode before = old == null ? Json.object() : old.path("scaleTargetRef");
        boolean sameTarget = old != null
                && text(target, "apiVersion").equals(text(before, "apiVersion"))
                && text(target, "kind").equals(text(before, "kind"));
        new AutoscalerValidation(spec, new FieldChecks(errors)).validate(!sameTarget);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new FieldChecks(errors)
                .nonNegative(object.path("status"), List.of("currentReplicas", "desiredReplicas"), "status");
    }
}
