package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Whether labels match a {@code metav1.LabelSelector}: {@code metav1.LabelSelectorAsSelector} and its {@code Matches}. */
public final class SelectorMatch {
    private SelectorMatch() {}

    /** A selector that is there and says nothing; it matches everything. */
    public static boolean isEmpty(JsonNode selector) {
        return selector.isObject()
                && selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    /** Whether {@code metav1.LabelSelectorAsSelector} takes it; a selector that is missing is taken. */
    public static boolean isValid(JsonNode selector) {
        List<FieldError> faults = new ArrayList<>();
        new FieldChecks(faults::add).selector(selector, "");
        return faults.isEmpty();
    }

    /** A selector that is missing matches nothing. */
    public static boolean matches(JsonNode selector, JsonNode labels) {
        if (!selector.isObject()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            if (!satisfies(expression, labels.get(expression.path("key").asString("")))) {
                return false;
            }
        }
        return true;
    }

    private static boolean satisfies(JsonNode expression, @Nullable JsonNode value) {
        boolean among = value != null && expression.path("values").valueStream().anyMatch(value::equals);
        return switch (expression.path("operator").asString("")) {
            case "In" -> among;
            case "NotIn" -> !among;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
