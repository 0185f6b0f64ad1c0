package io.i2kit.apiserver.typed;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.i2kit.apiserver.typed.ModelClass.Property;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads trees into the model's classes and writes them back, as Jackson does with the model's annotations. Jackson looks at the
 * methods of each class and loads what they name: 4 MB of builders, which a server would hold and never call.
 */
public final class TypedObjects {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TypedObjects() {}

    /**
     * @param tree that validation has accepted; null in it is as absent
     * @param type of the model; fields that it does not know are kept and written again
     * @throws IllegalArgumentException when a value is not of its field's type; the message names the field
     */
    public static <T> T read(JsonNode tree, Class<T> type) {
        return type.cast(object(tree, type, type.getSimpleName()));
    }

    /** Without nulls, empty lists and empty maps. */
    public static ObjectNode write(Object typed) {
        ObjectNode tree = NODES.objectNode();
        ModelClass model = ModelClass.of(typed.getClass());
        model.properties().forEach((name, property) -> put(tree, name, property.of(typed)));
        ((Map<?, ?>) model.others().of(typed)).forEach((name, value) -> put(tree, (String) name, value));
        return tree;
    }

    /** Each as {@link #write(Object)} does. */
    public static ArrayNode write(Collection<?> typed) {
        ArrayNode list = NODES.arrayNode();
        typed.forEach(each -> list.add(node(each)));
        return list;
    }

    private static void put(ObjectNode tree, String name, @Nullable Object value) {
        boolean empty = value instanceof Collection<?> list && list.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
        if (value != null && !empty) {
            tree.set(name, node(value));
        }
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case String text -> NODES.stringNode(text);
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Quantity quantity -> NODES.stringNode(text(quantity));
            case IntOrString either -> node(either.getValue());
            case JsonNode other -> other;
            case Collection<?> list -> write(list);
            case Map<?, ?> map -> {
                ObjectNode tree = NODES.objectNode();
                map.forEach((key, each) -> tree.set((String) key, node(each)));
                yield tree;
            }
            default -> write(value);
        };
    }

    private static String text(Quantity quantity) {
        return quantity.getFormat() == null ? quantity.getAmount() : quantity.getAmount() + quantity.getFormat();
    }

    private static Object object(JsonNode tree, Class<?> type, String path) {
        require(tree.isObject(), tree, path);
        ModelClass model = ModelClass.of(type);
        Object object = model.create();
        Map<String, Object> others = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            Property property = model.properties().get(field.getKey());
            if (field.getValue().isNull()) {
                continue;
            }
            if (property == null) {
                others.put(field.getKey(), field.getValue());
            } else {
                property.set(object, value(field.getValue(), property.type(), path + "." + field.getKey()));
            }
        }
        if (!others.isEmpty()) {
            model.others().set(object, others);
        }
        return object;
    }

    private static Object value(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class ? list(node, arguments[0], path) : map(node, arguments[1], path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            require(node.isString(), node, path);
            return node.stringValue();
        }
        if (plain == Integer.class) {
            require(node.isInt(), node, path);
            return node.intValue();
        }
        if (plain == Long.class) {
            require(node.isIntegralNumber() && node.canConvertToLong(), node, path);
            return node.longValue();
        }
        if (plain == Boolean.class) {
            require(node.isBoolean(), node, path);
            return node.booleanValue();
        }
        if (plain == Quantity.class) {
            require(node.isString() || node.isNumber(), node, path);
            return new Quantity(node.asString());
        }
        if (plain == IntOrString.class) {
            require(node.isInt() || node.isString(), node, path);
            return new IntOrString(node.isInt() ? node.intValue() : node.stringValue());
        }
        return object(node, plain, path);
    }

    private static List<Object> list(JsonNode node, Type element, String path) {
        require(node.isArray(), node, path);
        List<Object> list = new ArrayList<>(node.size());
        for (JsonNode each : node) {
            list.add(value(each, element, path + "[" + list.size() + "]"));
        }
        return list;
    }

    private static Map<String, Object> map(JsonNode node, Type element, String path) {
        require(node.isObject(), node, path);
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (!each.getValue().isNull()) {
                map.put(each.getKey(), value(each.getValue(), element, path + "." + each.getKey()));
            }
        }
        return map;
    }

    private static void require(boolean fits, JsonNode node, String path) {
        if (!fits) {
            throw new IllegalArgumentException(path + " cannot be " + node.getNodeType());
        }
    }
}
