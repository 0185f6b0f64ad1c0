package io.i2kit.apiserver.controller;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A {@code metav1.LabelSelector} of an object's spec: {@code matchLabels} and {@code matchExpressions}. One without requirements
 * selects nothing here: no controller may claim everything.
 */
public record ObjectSelector(Map<String, String> labels, Set<Expression> expressions) {
    public ObjectSelector {
        labels = Map.copyOf(labels);
        expressions = Set.copyOf(expressions);
    }

    /** @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist} */
    public record Expression(String key, String operator, Set<String> values) {
        public Expression {
            values = Set.copyOf(values);
        }

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

    public static ObjectSelector of(JsonNode selector) {
        Set<Expression> expressions = new HashSet<>();
        for (JsonNode expression : selector.path("matchExpressions")) {
            Set<String> values = new HashSet<>();
            expression.path("values").forEach(value -> values.add(value.asString("")));
            expressions.add(new Expression(
                    expression.path("key").asString(""),
                    expression.path("operator").asString(""),
                    values));
        }
        return new ObjectSelector(texts(selector.path("matchLabels")), expressions);
    }

    public boolean isEmpty() {
        return labels.isEmpty() && expressions.isEmpty();
    }

    public boolean matches(Map<String, String> objectLabels) {
        return !isEmpty()
                && objectLabels.entrySet().containsAll(labels.entrySet())
                && expressions.stream().allMatch(expression -> expression.matches(objectLabels));
    }

    /** A JSON object of strings as a map in its order: labels, annotations. */
    public static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            texts.put(entry.getKey(), entry.getValue().asString(""));
        }
        return texts;
    }
}
