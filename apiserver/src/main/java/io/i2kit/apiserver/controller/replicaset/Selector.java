package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.registry.FieldPaths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A {@code metav1.LabelSelector}. An absent or empty one selects nothing: a ReplicaSet without a selector must adopt nothing. */
record Selector(Map<String, String> matchLabels, List<Expression> expressions) {
    Selector {
        matchLabels = Map.copyOf(matchLabels);
        expressions = List.copyOf(expressions);
    }

    record Expression(String key, String operator, Set<String> values) {
        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                default -> false;
            };
        }
    }

    static Selector of(JsonNode selector) {
        List<Expression> expressions = new ArrayList<>();
        for (JsonNode expression : selector.path("matchExpressions")) {
            Set<String> values = new HashSet<>();
            expression.path("values").forEach(value -> values.add(value.asString("")));
            expressions.add(new Expression(
                    FieldPaths.text(expression, "key"), FieldPaths.text(expression, "operator"), Set.copyOf(values)));
        }
        return new Selector(ReplicaPod.strings(selector.path("matchLabels")), expressions);
    }

    boolean matches(Map<String, String> labels) {
        return (!matchLabels.isEmpty() || !expressions.isEmpty())
                && labels.entrySet().containsAll(matchLabels.entrySet())
                && expressions.stream().allMatch(expression -> expression.matches(labels));
    }
}
