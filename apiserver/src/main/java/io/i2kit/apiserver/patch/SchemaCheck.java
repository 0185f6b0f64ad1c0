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
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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

    /** The innermost struct and the fields down to it, for Go's texts, and the name of a scalar's type. */
    private record Place(String struct, String goPath, String goType) {
        static final Place ROOT = new Place("", "", "");

        Place field(Struct owner, String field) {
            GoField go = owner.goField(field);
            String here = go.embedded().isEmpty() ? field : go.embedded() + "." + field;
            return new Place(owner.shortName(), goPath.isEmpty() ? here : goPath + "." + here, go.type());
        }

        Place element() {
            return new Place(struct, goPath, goType.startsWith("[]") ? goType.substring(2) : "");
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
        JsonNode checked = value(root, schema, "", Place.ROOT);
        if (checked instanceof ObjectNode object) {
            return object;
        }
        throw mismatch(root, schema.type(), Place.ROOT);
    }

    private JsonNode value(JsonNode node, SchemaNode schema, String path, Place place) throws MismatchException {
        return switch (schema.type()) {
            case Struct struct -> struct(node, struct, path, place);
            case MapOf map -> map(node, map, path, place);
            case ListOf list -> list(node, list, path, place);
            case Scalar scalar -> scalar(node, scalar, place);
        };
    }

    private JsonNode struct(JsonNode node, Struct struct, String path, Place place) throws MismatchException {
        if (!node.isObject()) {
            throw mismatch(node, struct, place);
        }
        ObjectNode out = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String here = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            SchemaNode schema = struct.field(field.getKey());
            if (schema == null) {
                unknown.add("unknown field \"" + here + "\"");
            } else if (field.getValue().isNull()) {
                if (dialect == Dialect.APPLIED) {
                    out.set(field.getKey(), field.getValue());
                }
            } else {
                JsonNode value = value(field.getValue(), schema, here, place.field(struct, field.getKey()));
                if (dialect == Dialect.APPLIED || !GoForm.isOmitted(struct, field.getKey(), schema.type(), value)) {
                    out.set(field.getKey(), value);
                }
            }
        }
        return out;
    }

    private JsonNode map(JsonNode node, MapOf map, String path, Place place) throws MismatchException {
        if (!node.isObject()) {
            throw mismatch(node, map, place);
        }
        ObjectNode out = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue().isNull() ? zero(map.value().type()) : field.getValue();
            out.set(field.getKey(), value(value, map.value(), path + "." + field.getKey(), place.element()));
        }
        return out;
    }

    private JsonNode list(JsonNode node, ListOf list, String path, Place place) throws MismatchException {
        if (!node.isArray()) {
            throw mismatch(node, list, place);
        }
        ArrayNode out = NODES.arrayNode();
        for (JsonNode item : node) {
            JsonNode value = item.isNull() ? zero(list.element().type()) : item;
            out.add(value(value, list.element(), path + "[" + out.size() + "]", place.element()));
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
        if (!node.isIntegralNumber()) {
            return false;
        }
        BigInteger value = node.bigIntegerValue();
        return value.bitLength() < bits;
    }

    private static boolean isBase64(String text) {
        return parses(() -> Base64.getDecoder().decode(text.replaceAll("[\r\n]", "")));
    }

    private static boolean isTime(String text) {
        return text.isEmpty() || parses(() -> OffsetDateTime.parse(text));
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
