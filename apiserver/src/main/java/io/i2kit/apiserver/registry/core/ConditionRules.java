package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** {@code metav1.Condition}: {@code k8s.io/apimachinery/pkg/apis/meta/v1/validation}, ValidateConditions. */
public final class ConditionRules {
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
    private static final int MAX_REASON = 1024;
    private static final int MAX_MESSAGE = 32 * 1024;

    private ConditionRules() {}

    public static void validate(JsonNode conditions, String path, FieldChecks checks) {
        Set<String> types = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            JsonNode condition = conditions.path(i);
            String here = path + "[" + i + "]";
            if (!types.add(text(condition, "type"))) {
                checks.duplicate(here, text(condition, "type"));
            }
            condition(condition, here, checks);
        }
    }

    private static void condition(JsonNode condition, String path, FieldChecks checks) {
        String type = text(condition, "type");
        if (type.isEmpty()) {
            checks.required(path + ".type", "is required");
        } else {
            checks.qualified(type, path + ".type");
        }
        checks.oneOf(condition, "status", path, STATUSES);
        JsonNode generation = condition.path("observedGeneration");
        if (generation.isNumber() && generation.asLong() < 0) {
            checks.invalid(path + ".observedGeneration", generation, "must be greater than or equal to zero");
        }
        if (text(condition, "lastTransitionTime").isEmpty()) {
            checks.required(path + ".lastTransitionTime", "");
        }
        String reason = text(condition, "reason");
        if (reason.isEmpty()) {
            checks.required(path + ".reason", "");
        } else if (!REASON.matcher(reason).matches()) {
            checks.invalid(
                    path + ".reason",
                    reason,
                    "a condition reason must start with alphabetic character, optionally followed by a string of"
                            + " alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g."
                            + " 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex"
                            + " used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')");
        }
        if (bytes(reason) > MAX_REASON) {
            checks.tooLong(path + ".reason", MAX_REASON);
        }
        if (bytes(text(condition, "message")) > MAX_MESSAGE) {
            checks.tooLong(path + ".message", MAX_MESSAGE);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
