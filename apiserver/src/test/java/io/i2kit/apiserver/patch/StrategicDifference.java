package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaNode.PatchStrategy;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client sends to lead one object to another: a strategic merge patch with all of its directives, after
 * {@code strategicpatch.CreateTwoWayMergePatch}.
 */
final class StrategicDifference {
    private StrategicDifference() {}

    static ObjectNode between(ObjectNode from, ObjectNode to, SchemaNode schema) {
        ObjectNode patch = from.objectNode();
        for (String name : TypedTrees.names(from, to)) {
            JsonNode before = from.get(name);
            JsonNode after = to.get(name);
            SchemaNode child = schema.child(name);
            if (after == null) {
                patch.putNull(name);
            } else if (before == null || !before.getNodeType().equals(after.getNodeType())) {
                patch.set(name, after.deepCopy());
            } else if (!SameJson.same(before, after)) {
                change(patch, name, before, after, child);
            }
        }
        return patch;
    }

    private static void change(ObjectNode patch, String name, JsonNode before, JsonNode after, SchemaNode child) {
        if (before instanceof ArrayNode old
                && after instanceof ArrayNode list
                && child.patch().merges()) {
            list(patch, name, old, list, child);
        } else if (before instanceof ObjectNode old
                && after instanceof ObjectNode object
                && child.patch() != PatchStrategy.REPLACE) {
            ObjectNode inner = between(old, object, child);
            if (child.patch().retainsKeys()) {
                ArrayNode kept = inner.putArray("$retainKeys");
                object.propertyNames().forEach(kept::add);
            }
            patch.set(name, inner);
        } else {
            patch.set(name, after.deepCopy());
        }
    }

    private static void list(ObjectNode patch, String name, ArrayNode before, ArrayNode after, SchemaNode node) {
        String key = StrategicMergePatch.mergeKey(node);
        ArrayNode order = patch.putArray("$setElementOrder/" + name);
        if (key.isEmpty()) {
            after.forEach(order::add);
            ArrayNode gone = MergeLists.without(before, after);
            ArrayNode fresh = MergeLists.without(after, before);
            if (!gone.isEmpty()) {
                patch.set("$deleteFromPrimitiveList/" + name, gone);
            }
            if (!fresh.isEmpty()) {
                patch.set(name, fresh);
            }
            return;
        }
        ArrayNode changes = patch.arrayNode();
        Map<String, JsonNode> left = byKey(before, key);
        for (JsonNode item : after) {
            order.addObject().set(key, item.get(key));
            JsonNode old = left.remove(item.get(key).toString());
            if (old == null) {
                changes.add(item.deepCopy());
            } else if (!SameJson.same(old, item)) {
                ObjectNode inner = between((ObjectNode) old, (ObjectNode) item, node.element());
                inner.set(key, item.get(key));
                changes.add(inner);
            }
        }
        left.values()
                .forEach(item -> changes.addObject()
                        .put(StrategicMergePatch.DIRECTIVE, "delete")
                        .set(key, item.get(key)));
        if (!changes.isEmpty()) {
            patch.set(name, changes);
        }
    }

    private static Map<String, JsonNode> byKey(ArrayNode list, String key) {
        Map<String, JsonNode> items = new TreeMap<>();
        list.forEach(item -> items.put(item.get(key).toString(), item));
        return items;
    }
}
