package io.i2kit.apiserver.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Values as Go's {@code fmt} prints them, because upstream's error texts hold them. */
final class GoText {
    private GoText() {}

    /** With {@code %#v}: {@code map[string]interface {}{"a":1, "b":[]interface {}{"x", "y"}}}, keys in order. */
    static String source(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), source(field.getValue())));
            return fields.entrySet().stream()
                    .map(field -> StringNode.valueOf(field.getKey()) + ":" + field.getValue())
                    .collect(Collectors.joining(", ", goKind(node) + "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream().map(GoText::source).collect(Collectors.joining(", ", goKind(node) + "{", "}"));
        }
        return node.isNull() ? "interface {}(nil)" : node.toString();
    }

    /** With {@code %v}: {@code map[a:1 b:[x y]]}, keys in order. */
    static String of(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), of(field.getValue())));
            List<String> parts = new ArrayList<>();
            fields.forEach((name, value) -> parts.add(name + ":" + value));
            return "map[" + String.join(" ", parts) + "]";
        }
        if (node.isArray()) {
            List<String> parts = new ArrayList<>();
            node.forEach(item -> parts.add(of(item)));
            return "[" + String.join(" ", parts) + "]";
        }
        return node.isNull() ? "<nil>" : node.asString();
    }

    /** The JSON type of a value as {@code encoding/json} names it. */
    static String jsonKind(JsonNode node) {
        if (node.isObject()) {
            return "object";
        }
        if (node.isArray()) {
            return "array";
        }
        if (node.isString()) {
            return "string";
        }
        return node.isBoolean() ? "bool" : "number";
    }

    /** The Go type that a decoded JSON value has. */
    static String goKind(JsonNode node) {
        if (node.isObject()) {
            return "map[string]interface {}";
        }
        if (node.isArray()) {
            return "[]interface {}";
        }
        if (node.isString()) {
            return "string";
        }
        if (node.isBoolean()) {
            return "bool";
        }
        if (node.isNull()) {
            return "%!s(<nil>)";
        }
        return node.isIntegralNumber() ? "int64" : "float64";
    }
}
