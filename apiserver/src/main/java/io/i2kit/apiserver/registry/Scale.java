package io.i2kit.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code /scale} subresource: an {@code autoscaling/v1 Scale} over {@code spec.replicas}. */
public final class Scale {
    private Scale() {}

    /** The Scale of an object: its names, uid, resourceVersion and replicas, and its selector as text. */
    public static ObjectNode show(ResourceDefinition definition, ObjectNode parent) {
        ObjectNode scale = Json.object();
        scale.put("apiVersion", "autoscaling/v1");
        scale.put("kind", "Scale");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = parent.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        scale.putObject("spec")
                .put("replicas", parent.path("spec").path("replicas").asInt(0));
        ObjectNode status = scale.putObject("status");
        status.put("replicas", parent.path("status").path("replicas").asInt(0));
        String selector = selectorText(parent.path("spec").path("selector"));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** A change of the parent that a change of its Scale means. */
    public static Change of(ResourceDefinition definition, Change change) {
        return new Change() {
            @Override
            public @Nullable ObjectNode apply(@Nullable ObjectNode current) {
                if (current == null) {
                    throw new IllegalStateException("a Scale has no object of its own to create");
                }
                ObjectNode scale = change.apply(show(definition, current));
                return scale == null ? null : write(definition, scale, current);
            }
        };
    }

    private static ObjectNode write(ResourceDefinition definition, ObjectNode scale, ObjectNode parent) {
        JsonNode replicas = scale.path("spec").path("replicas");
        if (replicas.asLong(0) < 0) {
            throw ApiException.invalid(
                    "autoscaling",
                    "Scale",
                    Meta.name(parent),
                    List.of(FieldError.invalid(
                            "spec.replicas", replicas.toString(), "must be greater than or equal to 0")));
        }
        // The Scale's own resourceVersion and uid are preconditions on the parent.
        for (String field : List.of("resourceVersion", "uid")) {
            if (Meta.text(scale, field).isEmpty()) {
                Meta.of(parent).remove(field);
            } else {
                Meta.copy(scale, parent, field);
            }
        }
        ObjectNode spec = parent.get("spec") instanceof ObjectNode present ? present : parent.putObject("spec");
        spec.put("replicas", replicas.asInt(0));
        return parent;
    }

    /** {@code metav1.FormatLabelSelector}. */
    public static String selectorText(JsonNode selector) {
        List<String> parts = new ArrayList<>();
        JsonNode labels = selector.has("matchLabels") || selector.has("matchExpressions")
                ? selector.path("matchLabels")
                : selector;
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            parts.add(label.getKey() + "=" + label.getValue().asString(""));
        }
        parts.sort(null);
        for (JsonNode expression : selector.path("matchExpressions")) {
            parts.add(expressionText(expression));
        }
        return String.join(",", parts);
    }

    private static String expressionText(JsonNode expression) {
        String key = expression.path("key").asString("");
        List<String> values = new ArrayList<>();
        expression.path("values").forEach(value -> values.add(value.asString("")));
        values.sort(null);
        String list = " (" + String.join(",", values) + ")";
        return switch (expression.path("operator").asString("")) {
            case "In" -> key + " in" + list;
            case "NotIn" -> key + " notin" + list;
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }
}
