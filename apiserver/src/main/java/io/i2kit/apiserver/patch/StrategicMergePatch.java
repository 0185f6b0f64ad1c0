package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategic merge: objects are merged, lists are merged by key where the schema says so, and directives in the patch delete, replace
 * and order. The rules are those of {@code k8s.io/apimachinery/pkg/util/strategicpatch/patch.go}.
 */
final class StrategicMergePatch {
    static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList";
    private static final String ELEMENT_ORDER = "$setElementOrder";

    private StrategicMergePatch() {}

    /**
     * A patch that cannot be applied; {@code code} is the HTTP status: upstream's, but for the mistakes that upstream does not tell
     * from its own ({@code interpretStrategicMergePatchError}) and answers with 500. Here these are the client's, too.
     */
    static final class PatchException extends Exception {
        private final int code;

        PatchException(int code, String message) {
            super(message);
            this.code = code;
        }

        int code() {
            return code;
        }

        static PatchException badRequest(String message) {
            return new PatchException(400, message);
        }

        static PatchException noMergeKey(JsonNode item, String key) {
            return badRequest("map: " + GoText.of(item) + " does not contain declared merge key: " + key);
        }
    }

    /** The patched object; {@code original} and {@code patch} are left as they are. */
    static ObjectNode apply(ObjectNode original, ObjectNode patch, SchemaNode schema) throws PatchException {
        return mergeMap(original.deepCopy(), patch.deepCopy(), schema);
    }

    /** Merges into {@code original}, using up {@code patch}. */
    static ObjectNode mergeMap(ObjectNode original, ObjectNode patch, SchemaNode schema) throws PatchException {
        JsonNode directive = patch.get(DIRECTIVE);
        if (directive != null) {
            return directed(directive, patch);
        }
        retainKeys(original, patch);
        for (String key : List.copyOf(patch.propertyNames())) {
            if (key.startsWith(ELEMENT_ORDER)) {
                order(original, patch, key, schema);
            }
        }
        for (Map.Entry<String, JsonNode> change : List.copyOf(patch.properties())) {
            if (change.getKey().startsWith(DELETE_FROM_LIST)) {
                deleteFromList(original, change.getKey(), change.getValue());
            } else {
                mergeField(original, change.getKey(), change.getValue(), schema.child(change.getKey()));
            }
        }
        return original;
    }

    private static ObjectNode directed(JsonNode directive, ObjectNode patch) throws PatchException {
        return switch (directive.asString("")) {
            case "replace" -> patch.without(DIRECTIVE);
            case "delete" -> patch.objectNode();
            default -> throw unknownDirective(directive, patch);
        };
    }

    static PatchException unknownDirective(JsonNode directive, ObjectNode patch) {
        return PatchException.badRequest(
                "unknown patch type: " + GoText.of(directive) + " in map: " + GoText.of(patch));
    }

    private static void retainKeys(ObjectNode original, ObjectNode patch) throws PatchException {
        JsonNode directive = patch.remove(RETAIN_KEYS);
        if (directive == null) {
            return;
        }
        if (!directive.isArray()) {
            throw PatchException.badRequest("invalid patch format of retainKeys");
        }
        Set<String> kept = directive
                .valueStream()
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            boolean side = change.getKey().startsWith(DELETE_FROM_LIST)
                    || change.getKey().startsWith(ELEMENT_ORDER);
            if (!change.getValue().isNull() && !side && !kept.contains(change.getKey())) {
                throw PatchException.badRequest("invalid patch format of retainKeys");
            }
        }
        original.retain(kept);
    }

    private static void deleteFromList(ObjectNode original, String key, JsonNode items) throws PatchException {
        String field = suffix(key, DELETE_FROM_LIST, "invalid patch format of primitive list");
        if (original.get(field) instanceof ArrayNode list && items instanceof ArrayNode gone) {
            original.set(field, MergeLists.without(list, gone));
        }
    }

    private static void mergeField(ObjectNode original, String key, JsonNode change, SchemaNode schema)
            throws PatchException {
        if (change.isNull()) {
            original.remove(key);
            return;
        }
        JsonNode before = original.get(key);
        if (before instanceof ObjectNode object && change instanceof ObjectNode fields) {
            boolean replace = schema.patch() == SchemaNode.PatchStrategy.REPLACE;
            original.set(key, replace ? fields : mergeMap(object, fields, schema));
        } else if (before instanceof ArrayNode list && change instanceof ArrayNode items) {
            original.set(key, schema.patch().merges() ? MergeLists.merge(list, items, schema) : items);
        } else if (isDirective(change)) {
            original.remove(key);
        } else {
            original.set(key, withoutDirectives(change));
        }
    }

    /** {@code $setElementOrder/field}: merges the list that the field's own patch changes, and sorts it. */
    private static void order(ObjectNode original, ObjectNode patch, String key, SchemaNode schema)
            throws PatchException {
        JsonNode order = patch.remove(key);
        String message = "invalid patch format of setElementOrder list";
        String field = suffix(key, ELEMENT_ORDER, message);
        if (!(order instanceof ArrayNode wanted)) {
            throw PatchException.badRequest(message);
        }
        ArrayNode live = list(original, field);
        ArrayNode changes = list(patch, field);
        if (live == null && changes == null) {
            return;
        }
        SchemaNode node = schema.child(field);
        if (changes != null) {
            MergeLists.checkOrder(changes, wanted, mergeKey(node));
        }
        ArrayNode merged = live == null
                ? (ArrayNode) withoutDirectives(changes)
                : changes == null
                        ? live
                        : node.patch().merges() ? MergeLists.merge(live.deepCopy(), changes, node) : changes;
        original.set(field, MergeLists.inOrder(merged, wanted, live == null ? merged : live, mergeKey(node)));
        patch.remove(field);
    }

    private static ArrayNode list(ObjectNode owner, String field) throws PatchException {
        JsonNode node = owner.get(field);
        if (node == null || node instanceof ArrayNode) {
            return (ArrayNode) node;
        }
        throw PatchException.badRequest("expected a []interface {}, but received a " + GoText.goKind(node));
    }

    /** The merge key of a list node, or empty for a list of scalars. */
    static String mergeKey(SchemaNode node) {
        return node.type() instanceof SchemaType.ListOf list && list.mergeKey() != null ? list.mergeKey() : "";
    }

    private static String suffix(String key, String prefix, String message) throws PatchException {
        if (!key.startsWith(prefix + "/")) {
            throw PatchException.badRequest(message);
        }
        return key.substring(prefix.length() + 1);
    }

    private static boolean isDirective(JsonNode node) {
        return node.isObject() && node.has(DIRECTIVE);
    }

    /** A value that is new to the object: its nulls and directives mean nothing. */
    static JsonNode withoutDirectives(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode out = object.objectNode();
            object.properties().forEach(field -> {
                if (!field.getValue().isNull() && !isDirective(field.getValue())) {
                    out.set(field.getKey(), withoutDirectives(field.getValue()));
                }
            });
            return out;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = array.arrayNode();
            array.forEach(item -> {
                if (!isDirective(item)) {
                    out.add(withoutDirectives(item));
                }
            });
            return out;
        }
        return node;
    }
}
