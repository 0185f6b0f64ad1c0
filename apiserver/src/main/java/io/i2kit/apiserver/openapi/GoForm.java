package io.i2kit.apiserver.openapi;

import io.i2kit.apiserver.openapi.GoField.Empty;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object as Go's encoder writes it after its decoder has read it: what a field with {@code omitempty} holds is left out when it is
 * nothing, and a field without is there when it holds nothing. Clients see the difference, and so does the ownership of fields.
 */
public final class GoForm {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private GoForm() {}

    /** Makes it so, in place. Objects and parts of unknown types stay as they are. */
    public static void complete(ObjectNode object, Schema schema) {
        SchemaNode root = schema.find(GroupVersionKind.of(
                object.path("apiVersion").asString(""), object.path("kind").asString("")));
        if (root != null && root.type() instanceof Struct struct) {
            complete(object, struct);
        }
    }

    /** What is written of an object in which nothing is set. */
    public static ObjectNode empty(SchemaNode root) {
        return zero(root.type()) instanceof ObjectNode object ? object : NODES.objectNode();
    }

    /** Whether a field that holds this is not written. */
    public static boolean isOmitted(Struct owner, String field, SchemaType type, JsonNode value) {
        if (!owner.isGoTypeKnown()) {
            return false;
        }
        GoField go = owner.goField(field);
        return switch (go.empty()) {
            case ZERO -> value.isNull();
            case NULL -> false;
            case OMITTED_STRUCT -> value.isEmpty();
            case OMITTED -> value.isNull() || !go.pointer() && isNothing(value, type);
        };
    }

    private static boolean isNothing(JsonNode value, SchemaType type) {
        return switch (type) {
            case Struct pointer -> false;
            case ListOf list -> value.isEmpty();
            case MapOf map -> value.isEmpty();
            case Scalar scalar -> scalar != Scalar.ANY && isZero(value);
        };
    }

    /** Whether it is an empty text, 0 or false. */
    public static boolean isZero(JsonNode value) {
        return value.isString() && value.stringValue().isEmpty()
                || value.isBoolean() && !value.booleanValue()
                || value.isNumber() && value.doubleValue() == 0;
    }

    private static void complete(ObjectNode object, Struct struct) {
        Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            SchemaNode schema = struct.field(field.getKey());
            if (schema != null) {
                complete(field.getValue(), schema.type());
                if (isNull(struct.goField(field.getKey()), schema.type(), field.getValue())) {
                    field.setValue(NODES.nullNode());
                }
                if (isOmitted(struct, field.getKey(), schema.type(), field.getValue())) {
                    fields.remove();
                }
            }
        }
        struct.goFields().forEach((name, go) -> {
            SchemaNode schema = struct.field(name);
            if (schema != null && !object.has(name)) {
                switch (go.empty()) {
                    case ZERO -> object.set(name, zero(schema.type()));
                    case NULL -> object.set(name, NODES.nullNode());
                    case OMITTED, OMITTED_STRUCT -> {}
                }
            }
        });
    }

    /** Protobuf, in which upstream stores, does not know a list without elements from none. */
    private static boolean isNull(GoField go, SchemaType type, JsonNode value) {
        return go.empty() == Empty.NULL && !(type instanceof Struct) && !(type instanceof Scalar) && value.isEmpty();
    }

    private static void complete(JsonNode value, SchemaType type) {
        switch (type) {
            case Struct struct when value instanceof ObjectNode object -> complete(object, struct);
            case ListOf list
            when !(list.element().type() instanceof Scalar) ->
                value.forEach(element -> complete(element, list.element().type()));
            case MapOf map
            when !(map.value().type() instanceof Scalar) ->
                value.forEach(entry -> complete(entry, map.value().type()));
            default -> {}
        }
    }

    private static JsonNode zero(SchemaType type) {
        return switch (type) {
            case Struct struct -> {
                ObjectNode empty = NODES.objectNode();
                complete(empty, struct);
                yield empty;
            }
            case ListOf list -> NODES.nullNode();
            case MapOf map -> NODES.nullNode();
            case Scalar scalar ->
                switch (scalar) {
                    case STRING -> NODES.stringNode("");
                    case INT32, INT64, NUMBER, INT_OR_STRING -> NODES.numberNode(0);
                    case BOOLEAN -> NODES.booleanNode(false);
                    case QUANTITY -> NODES.stringNode("0");
                    case BYTES, TIME, ANY -> NODES.nullNode();
                };
        };
    }
}
