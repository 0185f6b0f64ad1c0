package io.i2kit.apiserver.registry.autoscaling;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.ReferenceRules;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/** {@code validateHorizontalPodAutoscalerSpec} of {@code pkg/apis/autoscaling/validation/validation.go}, in its order. */
final class AutoscalerValidation {
    private static final int MAX_PERIOD_SECONDS = 1800;
    private static final int MAX_WINDOW_SECONDS = 3600;
    private static final List<String> POLICY_TYPES = List.of("Percent", "Pods");
    private static final List<String> SELECT_POLICIES = List.of("Disabled", "Max", "Min");

    private final JsonNode spec;
    private final FieldChecks checks;

    AutoscalerValidation(JsonNode spec, FieldChecks checks) {
        this.spec = spec;
        this.checks = checks;
    }

    /** @param targetVersion whether the version of the target is judged: not when it did not change */
    void validate(boolean targetVersion) {
        JsonNode least = spec.path("minReplicas");
        JsonNode most = spec.path("maxReplicas");
        if (least.isNumber() && most.asInt(0) < least.asInt()) {
            checks.invalid("spec.maxReplicas", count(most), "must be greater than or equal to `minReplicas`");
        }
        target(targetVersion);
        metrics(least);
        if (spec.has("behavior")) {
            for (String way : List.of("scaleUp", "scaleDown")) {
                if (spec.path("behavior").has(way)) {
                    rules(spec.path("behavior").path(way), "spec.behavior." + way);
                }
            }
        }
        sizes(most);
    }

    /** The declarative rules of {@code zz_generated.validations.go}, which come last. */
    private void sizes(JsonNode most) {
        checks.nonNegative(spec, "minReplicas", "spec");
        if (most.asInt(0) == 0) {
            checks.required("spec.maxReplicas", "");
        } else if (most.asInt(0) < 0) {
            checks.invalid("spec.maxReplicas", most, "must be greater than or equal to 1");
        }
    }

    /** A count that is not given is none. */
    private static JsonNode count(JsonNode value) {
        return value.isNumber() ? value : IntNode.valueOf(0);
    }

    private void target(boolean judgeVersion) {
        JsonNode target = spec.path("scaleTargetRef");
        ReferenceRules.kindAndName(checks, target, "spec.scaleTargetRef");
        if (judgeVersion) {
            boolean mayBeCore = text(target, "kind").equals("ReplicationController");
            MetricValidation.version(checks, text(target, "apiVersion"), mayBeCore, "spec.scaleTargetRef.apiVersion");
        }
    }

    private void metrics(JsonNode least) {
        JsonNode metrics = spec.path("metrics");
        boolean outside = false;
        for (int i = 0; i < metrics.size(); i++) {
            new MetricValidation(metrics.path(i), "spec.metrics[" + i + "]", checks).validate();
            outside |= List.of("Object", "External").contains(text(metrics.path(i), "type"));
        }
        if (least.isNumber() && least.asInt() == 0 && !outside) {
            checks.forbidden(
                    "spec.metrics",
                    "must specify at least one Object or External metric to support scaling to zero replicas");
        }
    }

    private void rules(JsonNode rules, String path) {
        JsonNode window = rules.path("stabilizationWindowSeconds");
        if (window.asInt(0) < 0) {
            checks.invalid(path + ".stabilizationWindowSeconds", window, "must be greater than or equal to zero");
        }
        if (window.asInt(0) > MAX_WINDOW_SECONDS) {
            checks.invalid(
                    path + ".stabilizationWindowSeconds",
                    window,
                    "must be less than or equal to " + MAX_WINDOW_SECONDS);
        }
        if (rules.has("selectPolicy") && !SELECT_POLICIES.contains(text(rules, "selectPolicy"))) {
            checks.notSupported(path + ".selectPolicy", rules.path("selectPolicy"), SELECT_POLICIES);
        }
        if (rules.path("policies").isEmpty()) {
            checks.required(path + ".policies", "must specify at least one Policy");
        }
        for (int i = 0; i < rules.path("policies").size(); i++) {
            policy(rules.path("policies").path(i), path + ".policies[" + i + "]");
        }
        JsonNode tolerance = rules.path("tolerance");
        if (tolerance.isString() && Quantity.parse(tolerance.asString()).sign() < 0) {
            checks.invalid(path + ".tolerance", tolerance, "must be greater than or equal to 0");
        }
    }

    private void policy(JsonNode policy, String path) {
        if (!POLICY_TYPES.contains(text(policy, "type"))) {
            checks.notSupported(path + ".type", policy.path("type"), POLICY_TYPES);
        }
        for (String field : List.of("value", "periodSeconds")) {
            if (policy.path(field).asInt(0) <= 0) {
                checks.invalid(path + "." + field, count(policy.path(field)), "must be greater than zero");
            }
        }
        if (policy.path("periodSeconds").asInt(0) > MAX_PERIOD_SECONDS) {
            checks.invalid(
                    path + ".periodSeconds",
                    policy.path("periodSeconds"),
                    "must be less than or equal to " + MAX_PERIOD_SECONDS);
        }
    }
}
