package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code intstr.IntOrString} as a count or a percentage: rules of {@code pkg/apis/apps/validation/validation.go}. */
public final class IntOrPercent {
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
    private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,9}");

    private IntOrPercent() {}

    /** {@code ValidatePositiveIntOrPercent}. */
    public static void validate(JsonNode value, String path, FieldChecks checks) {
        if (value.isString() && !PERCENT.matcher(value.asString()).matches()) {
            checks.invalid(
                    path,
                    value,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex"
                            + " used for validation is '[0-9]+%')");
        } else if (value.isNumber() && value.asLong() < 0) {
            checks.invalid(path, value, "must be greater than or equal to 0");
        }
    }

    /** A rolling update as upstream's faults show it: its internal types have no JSON names; null when there is none. */
    public static @Nullable JsonNode goStyle(JsonNode rolling) {
        if (!rolling.isObject()) {
            return null;
        }
        ObjectNode shown = Json.object();
        for (String field : List.of("maxUnavailable", "maxSurge")) {
            shown.set(field.replaceFirst("m", "M"), rolling.has(field) ? rolling.path(field) : IntNode.valueOf(0));
        }
        return shown;
    }

    /** {@code IsNotMoreThan100Percent}. */
    public static void atMost100(JsonNode value, String path, FieldChecks checks) {
        if (value.isString() && PERCENT.matcher(value.asString()).matches() && value(value) > 100) {
            checks.invalid(path, value, "must not be greater than 100%");
        }
    }

    /** The number, or the number before the percent sign; 0 for what is neither. */
    public static long value(JsonNode value) {
        String text = value.asString("");
        String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        return DIGITS.matcher(digits).matches() ? Long.parseLong(digits) : 0;
    }
}
