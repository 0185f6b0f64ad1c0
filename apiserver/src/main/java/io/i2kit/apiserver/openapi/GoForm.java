package io.i2kit.apiserver.openapi;

import io.i2kit.apiserver.openapi.GoField.Empty;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import io.i2kit.apiserver.openapi.SchemaType.Struct.Field;
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
    public static boolean isOmitted(Struct owner, Field field, JsonNode value) {
        return owner.isGoTypeKnown()
                && switch (field.go().empty()) {
                    case ZERO -> value.isNull();
                    case NULL -> false;
                    case OMITTED_STRUCT -> value.isEmpty();
                    case OMITTED ->
                        value.isNull()
                                || !field.go().pointer()
                                        && isNothing(value, field.schema().type());
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
            Field known = struct.field(field.getKey());
            if (known != null) {
                complete(field.getValue(), known.schema().type());
                if (isNull(known, field.getValue())) {
                    field.setValue(NODES.nullNode());
                } else if (isOmitted(struct, known, field.getValue())) {
                    fields.remove();
                }
            }
        }
        struct.alwaysWritten().forEach((name, known) -> {
            if (!object.has(name)) {
                boolean zero = known.go().empty() == Empty.ZERO;
                object.set(name, zero ? zero(known.schema().type()) : NODES.nullNode());
            }
        });
    }

    /** Protobuf, in which upstream stores, does not know a list without elements from none. */
    private static boolean isNull(Field field, JsonNode value) {
        SchemaType type = field.schema().type();
        return field.go().empty() == Empty.NULL && (type instanceof ListOf || type instanceof MapOf) && value.isEmpty();
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
