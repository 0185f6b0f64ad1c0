package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** {@code validatePodFailurePolicy} of {@code pkg/apis/batch/validation/validation.go}. */
final class PodFailurePolicyValidation {
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final int MAX_RULES = 20;
    private static final int MAX_VALUES = 255;
    private static final int MAX_PATTERNS = 20;

    private final JsonNode spec;
    private final String path;
    private final FieldChecks checks;

    PodFailurePolicyValidation(JsonNode spec, String path, FieldChecks checks) {
        this.spec = spec;
        this.path = path;
        this.checks = checks;
    }

    void validate() {
        JsonNode rules = spec.path("podFailurePolicy").path("rules");
        if (rules.size() > MAX_RULES) {
            checks.tooMany(path + ".rules", rules.size(), MAX_RULES);
        }
        Set<String> containers = new HashSet<>();
        for (String list : List.of("containers", "initContainers")) {
            spec.path("template").path("spec").path(list).forEach(container -> containers.add(text(container, "name")));
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.path(i), path + ".rules[" + i + "]", containers);
        }
    }

    private void rule(JsonNode rule, String here, Set<String> containers) {
        String action = text(rule, "action");
        if (action.equals("FailIndex")) {
            if (!spec.has("backoffLimitPerIndex")) {
                checks.invalid(here + ".action", action, "requires the backoffLimitPerIndex to be set");
            }
        } else {
            oneOf(rule, "action", here, ACTIONS);
        }
        boolean codes = rule.has("onExitCodes");
        boolean conditions = !rule.path("onPodConditions").isEmpty();
        if (codes) {
            exitCodes(rule.path("onExitCodes"), here + ".onExitCodes", containers);
        }
        if (conditions) {
            patterns(rule.path("onPodConditions"), here + ".onPodConditions");
        }
        if (codes && conditions) {
            checks.invalid(here, "specifying both OnExitCodes and OnPodConditions is not supported");
        } else if (!codes && !conditions) {
            checks.invalid(here, "specifying one of OnExitCodes and OnPodConditions is required");
        }
    }

    /** An enumeration whose absence is told with the values there are. */
    private void oneOf(JsonNode owner, String field, String here, List<String> supported) {
        String value = text(owner, field);
        if (value.isEmpty()) {
            String list = supported.stream().map(FieldChecks::quoted).collect(Collectors.joining(" ", "[", "]"));
            checks.required(here + "." + field, "valid values: " + list);
        } else if (!supported.contains(value)) {
            checks.notSupported(here + "." + field, owner.path(field), supported);
        }
    }

    private void patterns(JsonNode patterns, String here) {
        if (patterns.size() > MAX_PATTERNS) {
            checks.tooMany(here, patterns.size(), MAX_PATTERNS);
        }
        for (int i = 0; i < patterns.size(); i++) {
            String each = here + "[" + i + "]";
            checks.qualified(text(patterns.path(i), "type"), each + ".type");
            oneOf(patterns.path(i), "status", each, STATUSES);
        }
    }

    private void exitCodes(JsonNode codes, String here, Set<String> containers) {
        oneOf(codes, "operator", here, OPERATORS);
        if (codes.has("containerName") && !containers.contains(text(codes, "containerName"))) {
            checks.invalid(
                    here + ".containerName",
                    codes.path("containerName"),
                    "must be one of the container or initContainer names in the pod template");
        }
        JsonNode values = codes.path("values");
        if (values.isEmpty()) {
            checks.invalid(here + ".values", values, "at least one value is required");
        } else if (values.size() > MAX_VALUES) {
            checks.tooMany(here + ".values", values.size(), MAX_VALUES);
        }
        values(values, text(codes, "operator"), here + ".values");
    }

    private void values(JsonNode values, String operator, String here) {
        boolean ordered = true;
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            long value = values.path(i).asLong(0);
            String each = here + "[" + i + "]";
            if (operator.equals("In") && value == 0) {
                checks.invalid(each, values.path(i), "must not be 0 for the In operator");
            }
            if (!seen.add(value)) {
                checks.add(FieldError.duplicate(each, Long.toString(value)));
            }
            ordered &= i == 0 || values.path(i - 1).asLong(0) <= value;
        }
        if (!ordered) {
            checks.invalid(here, values, "must be ordered");
        }
    }
}
