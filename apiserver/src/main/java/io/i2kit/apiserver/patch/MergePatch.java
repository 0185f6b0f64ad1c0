package io.i2kit.apiserver.patch;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** RFC 7386, but for nulls of objects inside lists: as in Go's library for it, they state nothing there either. */
final class MergePatch {
    private MergePatch() {}

    /**
     * The patched tree as Go's library for patches writes it, for messages: fields of what the patch has touched in order, the rest
     * as it was.
     */
    static String text(@Nullable JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return pruned(patch).toString();
        }
        Map<String, String> fields = new TreeMap<>();
        if (target instanceof ObjectNode object) {
            object.properties()
                    .forEach(
                            field -> fields.put(field.getKey(), field.getValue().toString()));
        }
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                fields.remove(change.getKey());
            } else {
                JsonNode before = target == null ? null : target.get(change.getKey());
                fields.put(change.getKey(), text(before, change.getValue()));
            }
        });
        return fields.entrySet().stream()
                .map(field -> StringNode.valueOf(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** A copy without fields that are null, the others in order. */
    private static JsonNode pruned(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode out = object.objectNode();
            object.properties().stream()
                    .filter(field -> !field.getValue().isNull())
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(field -> out.set(field.getKey(), pruned(field.getValue())));
            return out;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = array.arrayNode();
            array.forEach(item -> out.add(pruned(item)));
            return out;
        }
        return node;
    }

    /** The patched tree; neither argument is changed. */
    static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return pruned(patch);
        }
        ObjectNode out = target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            if (change.getValue().isNull()) {
                out.remove(change.getKey());
            } else {
                JsonNode before = out.path(change.getKey());
                out.set(change.getKey(), apply(before, change.getValue()));
            }
        }
        return out;
    }
}
