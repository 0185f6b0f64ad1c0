package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType;
import io.i2kit.apiserver.openapi.SchemaType.ListKind;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.openapi.SchemaType.MapOf;
import io.i2kit.apiserver.openapi.SchemaType.Scalar;
import io.i2kit.apiserver.openapi.SchemaType.Struct;
import io.i2kit.apiserver.patch.FieldSet.Place;
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

    /** The same path in the three sets. */
    private record Places(Place added, Place modified, Place removed) {
        Places at(PathElement element) {
            return new Places(added.at(element), modified.at(element), removed.at(element));
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
        collect(tree, schema, new Place(set));
        return set;
    }

    private static void collect(JsonNode value, SchemaNode schema, Place place) {
        Shape shape = shape(schema);
        if (shape == Shape.LEAF) {
            place.insert();
        } else if (shape == Shape.FIELDS) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                Place here = place.at(PathElement.field(field.getKey()));
                collect(field.getValue(), schema.child(field.getKey()), here);
                JsonNode inner = field.getValue();
                boolean hollow = inner.isNull() || inner.isObject() && inner.isEmpty();
                if (hollow || !declares(schema, field.getKey())) {
                    here.insert();
                }
            }
        } else if (schema.type() instanceof ListOf list) {
            elements(list, value).forEach((element, items) -> {
                Place here = place.at(element);
                here.insert();
                if (items.size() == 1) {
                    collect(items.getFirst(), list.element(), here);
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
        Places root = new Places(new Place(out.added()), new Place(out.modified()), new Place(out.removed()));
        compare(left, right, schema, root);
        return out;
    }

    private static void compare(@Nullable JsonNode left, @Nullable JsonNode right, SchemaNode schema, Places places) {
        if (left != null && right != null && SameJson.same(left, right)) {
            return; // most of an update is as it was
        }
        Shape shape = shape(schema);
        boolean leaf = shape == Shape.LEAF || hollow(left) && hollow(right);
        if (leaf && left != null && right != null) {
            places.modified().insert();
            return;
        }
        if (!leaf && shape == Shape.FIELDS) {
            compareFields(left, right, schema, places);
        } else if (!leaf && schema.type() instanceof ListOf list) {
            compareElements(list, elements(list, left), elements(list, right), places);
        }
        if (left == null) {
            places.added().insert();
        } else if (right == null) {
            places.removed().insert();
        }
    }

    private static void compareFields(
            @Nullable JsonNode left, @Nullable JsonNode right, SchemaNode schema, Places places) {
        if (left != null) {
            for (Map.Entry<String, JsonNode> field : left.properties()) {
                String name = field.getKey();
                JsonNode other = right == null ? null : right.get(name);
                compare(field.getValue(), other, schema.child(name), places.at(PathElement.field(name)));
            }
        }
        if (right != null) {
            for (Map.Entry<String, JsonNode> field : right.properties()) {
                String name = field.getKey();
                if (left == null || !left.has(name)) {
                    compare(null, field.getValue(), schema.child(name), places.at(PathElement.field(name)));
                }
            }
        }
    }

    private static void compareElements(
            ListOf list, Map<PathElement, List<JsonNode>> left, Map<PathElement, List<JsonNode>> right, Places above) {
        Set<PathElement> places = new LinkedHashSet<>(left.keySet());
        places.addAll(right.keySet());
        for (PathElement place : places) {
            List<JsonNode> before = left.getOrDefault(place, List.of());
            List<JsonNode> after = right.getOrDefault(place, List.of());
            Places here = above.at(place);
            if (before.size() <= 1 && after.size() <= 1) {
                compare(first(before), first(after), list.element(), here);
            } else if (before.size() > 1 && after.size() > 1) {
                if (!SameJson.same(array(before), array(after))) {
                    here.modified().insert();
                }
            } else if (before.size() > 1) {
                if (!after.isEmpty()) {
                    compare(null, first(after), list.element(), here);
                }
                here.removed().insert();
            } else {
                if (!before.isEmpty()) {
                    compare(first(before), null, list.element(), here);
                }
                here.added().insert();
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
