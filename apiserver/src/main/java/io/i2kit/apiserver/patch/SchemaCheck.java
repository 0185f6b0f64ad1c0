package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.GoField;
import io.i2kit.apiserver.openapi.GoForm;
import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import io.i2kit.apiserver.openapi.SchemaType.Struct.Field;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a tree what it would be after decoding into Kubernetes' Go types: unknown fields, nulls and what is written like nothing
 * ({@link GoForm}) are dropped, quantities are canonical, and a value of a wrong type raises {@link MismatchException}. The input is not changed.
 */
final class SchemaCheck {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A value that does not fit its field; the message is Go's. */
    static final class MismatchException extends Exception {
        MismatchException(String message) {
            super(message);
        }
    }

    /** Which decoder's words a mismatch is told in. */
    enum Dialect {
        /** {@code encoding/json}, for bodies. */
        JSON,
        /** {@code runtime.DefaultUnstructuredConverter}, for strategic merge patches. */
        UNSTRUCTURED,
        /** As JSON, for applied configurations: what is null or nothing is stated, too, and stays. */
        APPLIED
    }

    private final Dialect dialect;
    private final List<String> unknown = new ArrayList<>();

    /**
     * Where a value is; its texts are made for a message only.
     *
     * @param owner the struct whose field it is; null for a map's entry or a list's element
     * @param go the field's; null where there is no owner
     * @param name the field's or the entry's; empty for an element
     * @param index of an element, else -1
     */
    private record Place(
            @Nullable Place above,
            @Nullable Struct owner,
            @Nullable GoField go,
            String name,
            int index) {
        static final Place ROOT = new Place(null, null, null, "", -1);

        Place field(Struct struct, Field field, String fieldName) {
            return new Place(this, struct, field.go(), fieldName, -1);
        }

        Place entry(String key) {
            return new Place(this, null, null, key, -1);
        }

        Place element(int number) {
            return new Place(this, null, null, "", number);
        }

        /** {@code spec.containers[0].name}. */
        String path() {
            if (above == null) {
                return "";
            }
            String before = above.path();
            return index >= 0 ? before + "[" + index + "]" : before.isEmpty() ? name : before + "." + name;
        }

        /** The innermost struct, or empty. */
        String struct() {
            return owner != null ? owner.shortName() : above == null ? "" : above.struct();
        }

        /** The names of the fields down to here. */
        String goPath() {
            String before = above == null ? "" : above.goPath();
            if (go == null) {
                return before;
            }
            String here = go.embedded().isEmpty() ? name : go.embedded() + "." + name;
            return before.isEmpty() ? here : before + "." + here;
        }

        /** The name of a scalar's type; empty where it has none of its own. */
        String goType() {
            if (go != null) {
                return go.type();
            }
            String list = above == null ? "" : above.goType();
            return list.startsWith("[]") ? list.substring(2) : "";
        }
    }

    SchemaCheck(Dialect dialect) {
        this.dialect = dialect;
    }

    /** {@code unknown field "spec.bogus"} for each field that was dropped. */
    List<String> unknown() {
        return List.copyOf(unknown);
    }

    ObjectNode check(JsonNode root, SchemaNode schema) throws MismatchException {
        JsonNode checked = value(root, schema, Place.ROOT);
        if (checked instanceof ObjectNode object) {
            return object;
        }
        throw mismatch(root, schema.type(), Place.ROOT);
    }

    private JsonNode value(JsonNode node, SchemaNode schema, Place place) throws MismatchException {
        return switch (schema.type()) {
            case Struct struct -> struct(node, struct, place);
            case MapOf map -> map(node, map, place);
            case ListOf list -> list(node, list, place);
            case Scalar scalar -> scalar(node, scalar, place);
        };
    }

    private JsonNode struct(JsonNode node, Struct struct, Place place) throws MismatchException {
        if (!node.isObject()) {
            throw mismatch(node, struct, place);
        }
        ObjectNode out = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Field known = struct.field(field.getKey());
            if (known == null) {
                unknown.add("unknown field \"" + place.entry(field.getKey()).path() + "\"");
            } else if (field.getValue().isNull()) {
                if (dialect == Dialect.APPLIED) {
                    out.set(field.getKey(), field.getValue());
                }
            } else {
                JsonNode value = value(field.getValue(), known.schema(), place.field(struct, known, field.getKey()));
                if (dialect == Dialect.APPLIED || !GoForm.isOmitted(struct, known, value)) {
                    out.set(field.getKey(), value);
                }
            }
        }
        return out;
    }

    private JsonNode map(JsonNode node, MapOf map, Place place) throws MismatchException {
        if (!node.isObject()) {
            throw mismatch(node, map, place);
        }
        ObjectNode out = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue().isNull() ? zero(map.value().type()) : field.getValue();
            out.set(field.getKey(), value(value, map.value(), place.entry(field.getKey())));
        }
        return out;
    }

    private JsonNode list(JsonNode node, ListOf list, Place place) throws MismatchException {
        if (!node.isArray()) {
            throw mismatch(node, list, place);
        }
        ArrayNode out = NODES.arrayNode();
        for (JsonNode item : node) {
            JsonNode value = item.isNull() ? zero(list.element().type()) : item;
            out.add(value(value, list.element(), place.element(out.size())));
        }
        return out;
    }

    /** What Go makes of a null inside a list or map. */
    private static JsonNode zero(SchemaType type) {
        return switch (type) {
            case Struct struct -> NODES.objectNode();
            case MapOf map -> NODES.objectNode();
            case ListOf list -> NODES.arrayNode();
            case Scalar scalar ->
                switch (scalar) {
                    case INT32, INT64, NUMBER, INT_OR_STRING -> NODES.numberNode(0);
                    case BOOLEAN -> NODES.booleanNode(false);
                    case QUANTITY -> NODES.stringNode("0");
                    case STRING, BYTES, TIME -> NODES.stringNode("");
                    case ANY -> NODES.nullNode();
                };
        };
    }

    private JsonNode scalar(JsonNode node, Scalar scalar, Place place) throws MismatchException {
        boolean fits = switch (scalar) {
            case ANY -> true;
            case STRING -> node.isString();
            case BOOLEAN -> node.isBoolean();
            case NUMBER -> node.isNumber();
            case INT32 -> fits(node, Integer.SIZE);
            case INT64 -> fits(node, Long.SIZE);
            case INT_OR_STRING -> node.isString() || fits(node, Integer.SIZE);
            case BYTES -> node.isString() && isBase64(node.asString());
            case TIME -> node.isString() && isTime(node.asString());
            case QUANTITY -> node.isString() || node.isNumber();
        };
        if (!fits) {
            throw mismatch(node, scalar, place);
        }
        return scalar == Scalar.QUANTITY ? quantity(node) : node;
    }

    private static JsonNode quantity(JsonNode node) throws MismatchException {
        try {
            return NODES.stringNode(Quantity.parse(node.asString().strip()).canonical());
        } catch (IllegalArgumentException e) {
            throw new MismatchException(Quantity.RULE);
        }
    }

    private static boolean fits(JsonNode node, int bits) {
        return node.isInt() || node.isIntegralNumber() && node.bigIntegerValue().bitLength() < bits;
    }

    private static boolean isBase64(String text) {
        return parses(() -> Base64.getDecoder().decode(text.replaceAll("[\r\n]", "")));
    }

    private static boolean isTime(String text) {
        return text.isEmpty() || PlainTime.matches(text) || parses(() -> OffsetDateTime.parse(text));
    }

    private static boolean parses(Runnable parser) {
        try {
            parser.run();
            return true;
        } catch (IllegalArgumentException | DateTimeException e) {
            return false;
        }
    }

    private MismatchException mismatch(JsonNode node, SchemaType type, Place place) {
        if (type == Scalar.BYTES && node.isString()) {
            return new MismatchException("illegal base64 data at input byte " + firstBadByte(node.asString()));
        }
        if (type == Scalar.QUANTITY) {
            return new MismatchException(Quantity.RULE);
        }
        if (type == Scalar.TIME && node.isString()) {
            String text = node.asString();
            return new MismatchException("parsing time \"" + text
                    + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text + "\" as \"2006\"");
        }
        if (dialect == Dialect.UNSTRUCTURED) {
            return new MismatchException(unstructured(node, type));
        }
        String value = node.isNumber() && type instanceof Scalar ? number(node, type) : GoText.jsonKind(node);
        boolean custom = type == Scalar.INT_OR_STRING || type == Scalar.TIME;
        String where = place.struct().isEmpty() || custom
                ? "Go value"
                : "Go struct field " + place.struct() + "." + place.goPath();
        String wanted = place.goType().isEmpty() ? goType(type) : place.goType();
        return new MismatchException("json: cannot unmarshal " + value + " into " + where + " of type " + wanted);
    }

    /** A number of a wrong form is quoted; one where no number may be is not. */
    private static String number(JsonNode node, SchemaType type) {
        return type == Scalar.INT32 || type == Scalar.INT64 || type == Scalar.INT_OR_STRING
                ? "number " + node.asString()
                : "number";
    }

    private static String unstructured(JsonNode node, SchemaType type) {
        return switch (type) {
            case Struct struct -> "cannot restore struct from: " + unstructuredKind(node);
            case MapOf map -> "cannot restore map from " + unstructuredKind(node);
            case ListOf list -> "cannot restore slice from " + unstructuredKind(node);
            case Scalar scalar -> "unrecognized type: " + goType(scalar);
        };
    }

    private static String unstructuredKind(JsonNode node) {
        return node.isObject() ? "map" : node.isArray() ? "slice" : GoText.goKind(node);
    }

    private static String goType(SchemaType type) {
        return switch (type) {
            case Struct struct -> struct.goName();
            case MapOf map -> "map[string]" + goType(map.value().type());
            case ListOf list -> "[]" + goType(list.element().type());
            case Scalar scalar ->
                switch (scalar) {
                    case STRING, TIME -> "string";
                    case BYTES -> "[]uint8";
                    case INT32, INT_OR_STRING -> "int32";
                    case INT64 -> "int64";
                    case NUMBER -> "float64";
                    case BOOLEAN -> "bool";
                    case QUANTITY -> "resource.Quantity";
                    case ANY -> "interface {}";
                };
        };
    }

    private static int firstBadByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && c != '+' && c != '/' && c != '=' && c != '\n' && c != '\r') {
                return i;
            }
        }
        return text.length() / 4 * 4;
    }
}
