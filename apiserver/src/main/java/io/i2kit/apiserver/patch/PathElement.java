package io.i2kit.apiserver.patch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One step of a field's path, as {@code FieldsV1} writes it: {@code f:name}, {@code k:{"name":"c"}}, {@code v:"x"}, {@code i:0}.
 * Source: {@code sigs.k8s.io/structured-merge-diff/fieldpath}.
 */
final class PathElement implements Comparable<PathElement> {
    private enum Kind {
        FIELD('f'),
        KEY('k'),
        VALUE('v'),
        INDEX('i');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Kind kind;
    /** What follows the letter and the colon; equal elements have equal texts. */
    private final String text;
    /** The parsed text of a key or value. */
    private final @Nullable JsonNode node;

    private PathElement(Kind kind, String text, @Nullable JsonNode node) {
        this.kind = kind;
        this.text = text;
        this.node = node;
    }

    static PathElement field(String name) {
        return new PathElement(Kind.FIELD, name, null);
    }

    static PathElement key(Map<String, JsonNode> fields) {
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(fields).forEach(sorted::set);
        return new PathElement(Kind.KEY, text(sorted), sorted);
    }

    static PathElement value(JsonNode value) {
        return new PathElement(Kind.VALUE, text(value), value);
    }

    /** The value's JSON. Most are short names and numbers, for which a writer of JSON would be all of the cost. */
    private static String text(JsonNode value) {
        if (value.isString() && isPlain(value.stringValue())) {
            return '"' + value.stringValue() + '"';
        }
        if (value.isInt()) {
            return Integer.toString(value.intValue());
        }
        if (!value.isObject()) {
            return value.toString();
        }
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            text.append(text.length() == 1 ? "" : ",");
            text.append(text(JsonNodeFactory.instance.stringNode(field.getKey())))
                    .append(':')
                    .append(text(field.getValue()));
        }
        return text.append('}').toString();
    }

    /** Whether nothing in a text is escaped in JSON. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next < ' ' || next > '~' || next == '"' || next == '\\') {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalArgumentException for anything but the forms above */
    static PathElement parse(String wire) {
        if (wire.length() < 2 || wire.charAt(1) != ':') {
            throw new IllegalArgumentException("no path element: " + wire);
        }
        String rest = wire.substring(2);
        return switch (wire.charAt(0)) {
            case 'f' -> field(rest);
            case 'v' -> value(json(rest));
            case 'k' -> {
                PathElement plain = plainKey(rest);
                yield plain != null ? plain : key(json(rest));
            }
            case 'i' -> new PathElement(Kind.INDEX, rest, json(rest));
            default -> throw new IllegalArgumentException("no path element: " + wire);
        };
    }

    private static PathElement key(JsonNode json) {
        Map<String, JsonNode> fields = new TreeMap<>();
        json.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return key(fields);
    }

    /** {@code {"name":"c"}}, which most are, read without a parser; null when it is anything else. */
    private static @Nullable PathElement plainKey(String json) {
        int middle = json.indexOf("\":\"");
        if (middle < 2 || !json.startsWith("{\"") || !json.endsWith("\"}") || middle + 5 > json.length()) {
            return null;
        }
        String name = json.substring(2, middle);
        String value = json.substring(middle + 3, json.length() - 2);
        if (!isPlain(name) || !isPlain(value)) {
            return null;
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(name, value);
        return new PathElement(Kind.KEY, json, node);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalArgumentException("no path element: " + text, e);
        }
    }

    /** The field's name, or null for an element of a list. */
    @Nullable
    String fieldName() {
        return kind == Kind.FIELD ? text : null;
    }

    boolean isKey() {
        return kind == Kind.KEY;
    }

    String wire() {
        return kind.letter + ":" + text;
    }

    /** As messages show it: {@code .name}, {@code [name="c"]}, {@code [="x"]}, {@code [0]}. */
    @Override
    public String toString() {
        JsonNode value = node;
        if (value == null) {
            return "." + text;
        }
        if (kind == Kind.INDEX) {
            return "[" + text + "]";
        }
        if (kind == Kind.VALUE) {
            return "[=" + text + "]";
        }
        List<String> parts = new ArrayList<>();
        value.properties().forEach(field -> parts.add(field.getKey() + "=" + field.getValue()));
        return "[" + String.join(",", parts) + "]";
    }

    /** Fields before keys before values; numbers by size. */
    @Override
    public int compareTo(PathElement other) {
        if (kind != other.kind) {
            return kind.compareTo(other.kind);
        }
        return node == null || other.node == null ? text.compareTo(other.text) : order(node, other.node);
    }

    private static int order(JsonNode left, JsonNode right) {
        if (left.isString() && right.isString()) {
            return left.stringValue().compareTo(right.stringValue());
        }
        if (left.isInt() && right.isInt()) {
            return Integer.compare(left.intValue(), right.intValue());
        }
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue());
        }
        if (left.isObject() && right.isObject()) {
            Iterator<Map.Entry<String, JsonNode>> others = right.properties().iterator();
            for (Map.Entry<String, JsonNode> mine : left.properties()) {
                if (!others.hasNext()) {
                    break;
                }
                Map.Entry<String, JsonNode> other = others.next();
                int byName = mine.getKey().compareTo(other.getKey());
                int order = byName != 0 ? byName : order(mine.getValue(), other.getValue());
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(left.size(), right.size());
        }
        return left.toString().compareTo(right.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathElement element && kind == element.kind && text.equals(element.text);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + kind.hashCode();
    }
}
