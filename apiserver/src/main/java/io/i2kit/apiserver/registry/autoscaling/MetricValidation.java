package io.i2kit.apiserver.registry.autoscaling;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.ReferenceRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** {@code validateMetricSpec} of {@code pkg/apis/autoscaling/validation/validation.go}. */
final class MetricValidation {
    private static final List<String> TYPES = List.of("ContainerResource", "External", "Object", "Pods", "Resource");
    private static final List<String> SOURCES = List.of("object", "external", "pods", "resource", "containerResource");
    private static final Map<String, String> SOURCE_OF = Map.of(
            "Object", "object",
            "External", "external",
            "Pods", "pods",
            "Resource", "resource",
            "ContainerResource", "containerResource");

    private final JsonNode metric;
    private final String path;
    private final FieldChecks checks;

    MetricValidation(JsonNode metric, String path, FieldChecks checks) {
        this.metric = metric;
        this.path = path;
        this.checks = checks;
    }

    /** {@code ValidateAPIVersion} of a reference. */
    static void version(FieldChecks checks, String version, boolean mayBeCore, String path) {
        if (version.chars().filter(c -> c == '/').count() > 1) {
            checks.invalid(path, version, "unexpected GroupVersion string: " + version);
        } else if (!mayBeCore && !version.contains("/")) {
            checks.invalid(path, version, "apiVersion must specify API group");
        }
    }

    void validate() {
        String type = text(metric, "type");
        if (type.isEmpty()) {
            checks.required(path + ".type", "must specify a metric source type");
        }
        if (!TYPES.contains(type)) {
            checks.notSupported(path + ".type", metric.path("type"), TYPES);
        }
        List<String> present = new ArrayList<>();
        for (String source : SOURCES) {
            if (metric.has(source)) {
                present.add(source);
                if (present.size() == 1) {
                    source(source, metric.path(source), path + "." + source);
                }
            }
        }
        String expected = SOURCE_OF.get(type);
        if (expected == null) {
            checks.notSupported(path + ".type", metric.path("type"), TYPES);
        } else if (!metric.has(expected)) {
            checks.required(path + "." + expected, "must populate information for the given metric source");
        }
        if (present.size() != 1) {
            present.remove(expected);
            present.forEach(
                    other -> checks.forbidden(path + "." + other, "must populate the given metric source only"));
        }
    }

    private void source(String kind, JsonNode source, String here) {
        switch (kind) {
            case "object" -> {
                JsonNode described = source.path("describedObject");
                ReferenceRules.kindAndName(checks, described, here + ".describedObject");
                version(checks, text(described, "apiVersion"), true, here + ".describedObject.apiVersion");
                identifier(source, here);
                needsValue(source, here, "must set either a target value or averageValue");
            }
            case "external" -> {
                identifier(source, here);
                needsValue(source, here, "must set either a target value for metric or a per-pod target");
                if (source.path("target").has("value") && source.path("target").has("averageValue")) {
                    checks.forbidden(
                            here + ".target.value", "may not set both a target value for metric and a per-pod target");
                }
            }
            case "pods" -> {
                identifier(source, here);
                target(source.path("target"), here + ".target");
                if (!source.path("target").has("averageValue")) {
                    checks.required(here + ".target.averageValue", "must specify a positive target averageValue");
                }
            }
            default -> resource(kind, source, here);
        }
    }

    private void identifier(JsonNode source, String here) {
        String name = text(source.path("metric"), "name");
        String field = here + ".metric.name";
        if (name.isEmpty()) {
            checks.required(field, "must specify a metric name");
        } else {
            ReferenceRules.pathSegment(name, problem -> checks.invalid(field, name, problem));
        }
    }

    private void needsValue(JsonNode source, String here, String detail) {
        JsonNode target = source.path("target");
        target(target, here + ".target");
        if (!target.has("value") && !target.has("averageValue")) {
            checks.required(here + ".target.averageValue", detail);
        }
    }

    private void resource(String kind, JsonNode source, String here) {
        if (text(source, "name").isEmpty()) {
            checks.required(here + ".name", "must specify a resource name");
        }
        if (kind.equals("containerResource")) {
            if (text(source, "container").isEmpty()) {
                checks.required(here + ".container", "must specify a container");
            } else {
                checks.label(text(source, "container"), here + ".container");
            }
        }
        JsonNode target = source.path("target");
        target(target, here + ".target");
        boolean utilization = target.has("averageUtilization");
        boolean value = target.has("averageValue");
        if (!utilization && !value) {
            checks.required(
                    here + ".target.averageUtilization", "must set either a target raw value or a target utilization");
        } else if (utilization && value) {
            checks.forbidden(
                    here + ".target.averageValue", "may not set both a target raw value and a target utilization");
        }
    }

    private void target(JsonNode target, String here) {
        String type = text(target, "type");
        if (type.isEmpty()) {
            checks.required(here + ".type", "must specify a metric target type");
        }
        if (!List.of("Utilization", "Value", "AverageValue").contains(type)) {
            checks.invalid(here + ".type", type, "must be either Utilization, Value, or AverageValue");
        }
        for (String field : List.of("value", "averageValue")) {
            JsonNode amount = target.path(field);
            if (amount.isString() && Quantity.parse(amount.asString()).sign() <= 0) {
                checks.invalid(here + "." + field, amount, "must be positive");
            }
        }
        JsonNode utilization = target.path("averageUtilization");
        if (utilization.isNumber() && utilization.asInt() < 1) {
            checks.invalid(here + ".averageUtilization", utilization, "must be greater than 0");
        }
    }
}
