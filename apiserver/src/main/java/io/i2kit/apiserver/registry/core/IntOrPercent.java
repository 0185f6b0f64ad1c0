package io.i2kit.apiserver.registry.core;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

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
