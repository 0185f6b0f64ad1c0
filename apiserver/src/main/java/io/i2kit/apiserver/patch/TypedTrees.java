package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType;
import io.i2kit.apiserver.openapi.SchemaType.ListKind;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What server-side apply asks of trees under a schema: which paths a tree sets, what differs between two, a tree without some paths.
 * Source: {@code sigs.k8s.io/structured-merge-diff/typed}.
 */
final class TypedTrees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TypedTrees() {}

    /** How a value is walked. */
    enum Shape {
        /** Owned as a whole. */
        LEAF,
        /** By field or key. */
        FIELDS,
        /** By the element's key or value. */
        ELEMENTS
    }

    /** Paths that only the right side has, only the left, or both with different values. */
    record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {
        Comparison without(String field) {
            return new Comparison(added.without(field), modified.without(field), removed.without(field));
        }
    }

    static Shape shape(SchemaNode schema) {
        return switch (schema.type()) {
            case Scalar scalar -> Shape.LEAF;
            case Struct struct -> schema.atomic() ? Shape.LEAF : Shape.FIELDS;
            case MapOf map -> schema.atomic() ? Shape.LEAF : Shape.FIELDS;
            case ListOf list -> list.kind() == ListKind.ATOMIC ? Shape.LEAF : Shape.ELEMENTS;
        };
    }

    /** The element's place in a set or keyed list. Elements that break the list's rule are found by their whole value. */
    static PathElement element(ListOf list, JsonNode item) {
        if (list.kind() == ListKind.SET || !item.isObject()) {
            return PathElement.value(item);
        }
        Map<String, JsonNode> keys = new TreeMap<>();
        for (String key : list.keys()) {
            JsonNode value = item.get(key);
            if (value == null && list.element().type() instanceof Struct struct) {
                value = struct.keyDefault(key);
            }
            if (value != null) {
                keys.put(key, value);
            }
        }
        return PathElement.key(keys);
    }

    static FieldSet fields(JsonNode tree, SchemaNode schema) {
        FieldSet set = new FieldSet();
        collect(tree, schema, List.of(), set);
        return set;
    }

    private static void collect(JsonNode value, SchemaNode schema, List<PathElement> path, FieldSet set) {
        Shape shape = shape(schema);
        if (shape == Shape.LEAF) {
            set.insert(path);
        } else if (shape == Shape.FIELDS) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                List<PathElement> here = FieldSet.append(path, PathElement.field(field.getKey()));
                collect(field.getValue(), schema.child(field.getKey()), here, set);
                JsonNode inner = field.getValue();
                boolean hollow = inner.isNull() || inner.isObject() && inner.isEmpty();
                if (hollow || !declares(schema, field.getKey())) {
                    set.insert(here);
                }
            }
        } else if (schema.type() instanceof ListOf list) {
            elements(list, value).forEach((element, items) -> {
                List<PathElement> here = FieldSet.append(path, element);
                set.insert(here);
                if (items.size() == 1) {
                    collect(items.getFirst(), list.element(), here, set);
                }
            });
        }
    }

    private static boolean declares(SchemaNode schema, String field) {
        return schema.type() instanceof Struct struct && struct.field(field) != null;
    }

    /** Elements by their place, in order; more than one where a list repeats itself. */
    static Map<PathElement, List<JsonNode>> elements(ListOf list, @Nullable JsonNode value) {
        Map<PathElement, List<JsonNode>> out = new LinkedHashMap<>();
        if (value != null) {
            value.forEach(item -> out.computeIfAbsent(element(list, item), place -> new ArrayList<>())
                    .add(item));
        }
        return out;
    }

    static Comparison compare(JsonNode left, JsonNode right, SchemaNode schema) {
        Comparison out = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        compare(left, right, schema, List.of(), out);
        return out;
    }

    private static void compare(
            @Nullable JsonNode left,
            @Nullable JsonNode right,
            SchemaNode schema,
            List<PathElement> path,
            Comparison out) {
        if (left != null && right != null && SameJson.same(left, right)) {
            return; // most of an update is as it was
        }
        Shape shape = shape(schema);
        boolean leaf = shape == Shape.LEAF || hollow(left) && hollow(right);
        if (leaf && left != null && right != null) {
            out.modified().insert(path);
            return;
        }
        if (!leaf && shape == Shape.FIELDS) {
            for (String name : names(left, right)) {
                compare(
                        left == null ? null : left.get(name),
                        right == null ? null : right.get(name),
                        schema.child(name),
                        FieldSet.append(path, PathElement.field(name)),
                        out);
            }
        } else if (!leaf && schema.type() instanceof ListOf list) {
            compareElements(list, elements(list, left), elements(list, right), path, out);
        }
        if (left == null) {
            out.added().insert(path);
        } else if (right == null) {
            out.removed().insert(path);
        }
    }

    private static void compareElements(
            ListOf list,
            Map<PathElement, List<JsonNode>> left,
            Map<PathElement, List<JsonNode>> right,
            List<PathElement> path,
            Comparison out) {
        Set<PathElement> places = new LinkedHashSet<>(left.keySet());
        places.addAll(right.keySet());
        for (PathElement place : places) {
            List<JsonNode> before = left.getOrDefault(place, List.of());
            List<JsonNode> after = right.getOrDefault(place, List.of());
            List<PathElement> here = FieldSet.append(path, place);
            if (before.size() <= 1 && after.size() <= 1) {
                compare(first(before), first(after), list.element(), here, out);
            } else if (before.size() > 1 && after.size() > 1) {
                if (!SameJson.same(array(before), array(after))) {
                    out.modified().insert(here);
                }
            } else if (before.size() > 1) {
                if (!after.isEmpty()) {
                    compare(null, first(after), list.element(), here, out);
                }
                out.removed().insert(here);
            } else {
                if (!before.isEmpty()) {
                    compare(first(before), null, list.element(), here, out);
                }
                out.added().insert(here);
            }
        }
    }

    /** Absent, null or without parts: then the value itself is what is compared. */
    static boolean hollow(@Nullable JsonNode node) {
        return node == null || node.isEmpty();
    }

    static Set<String> names(@Nullable JsonNode left, @Nullable JsonNode right) {
        Set<String> names = new LinkedHashSet<>();
        if (left != null) {
            names.addAll(left.propertyNames());
        }
        if (right != null) {
            names.addAll(right.propertyNames());
        }
        return names;
    }

    static @Nullable JsonNode first(List<JsonNode> items) {
        return items.isEmpty() ? null : items.getFirst();
    }

    private static ArrayNode array(List<JsonNode> items) {
        ArrayNode array = NODES.arrayNode();
        items.forEach(array::add);
        return array;
    }

    /** The tree without the paths of the set; what loses all its parts becomes null. */
    static JsonNode without(JsonNode tree, FieldSet gone, SchemaNode schema) {
        Shape shape = shape(schema);
        if (schema.type() instanceof SchemaType.Scalar) {
            return tree;
        }
        if (shape == Shape.LEAF || hollow(tree)) {
            return NODES.nullNode();
        }
        if (shape == Shape.FIELDS) {
            ObjectNode out = NODES.objectNode();
            for (Map.Entry<String, JsonNode> field : tree.properties()) {
                PathElement place = PathElement.field(field.getKey());
                if (!gone.has(place)) {
                    out.set(field.getKey(), rest(field.getValue(), gone.below(place), schema.child(field.getKey())));
                }
            }
            return out.isEmpty() ? NODES.nullNode() : out;
        }
        ArrayNode out = NODES.arrayNode();
        for (JsonNode item : tree) {
            PathElement place = element((ListOf) schema.type(), item);
            if (!gone.has(place)) {
                out.add(rest(item, gone.below(place), schema.element()));
            }
        }
        return out.isEmpty() ? NODES.nullNode() : out;
    }

    private static JsonNode rest(JsonNode value, FieldSet gone, SchemaNode schema) {
        return gone.isEmpty() ? value : without(value, gone, schema);
    }
}
