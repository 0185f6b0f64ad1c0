package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.StrategicMergePatch.PatchException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists in strategic merge: merged by key, ordered by the patch first and the live list second. */
final class MergeLists {
    private MergeLists() {}

    /** Merges {@code patch} into {@code original}; both may be used up. */
    static ArrayNode merge(ArrayNode original, ArrayNode patch, SchemaNode schema) throws PatchException {
        if (original.isEmpty() && patch.isEmpty()) {
            return original;
        }
        String key = checkElements(original, patch) ? StrategicMergePatch.mergeKey(schema) : "";
        if (key.isEmpty()) {
            ArrayNode both = original.arrayNode();
            original.forEach(item -> addOnce(both, item));
            patch.forEach(item -> addOnce(both, item));
            return inOrder(both, patch, original, "");
        }
        boolean replace = false;
        ArrayNode rest = original.deepCopy();
        ArrayNode changes = patch.arrayNode();
        for (JsonNode item : patch) {
            JsonNode directive = item.get(StrategicMergePatch.DIRECTIVE);
            if (directive == null) {
                changes.add(item);
            } else {
                replace |= special(directive, (ObjectNode) item, rest, key);
            }
        }
        if (replace) {
            return changes;
        }
        ArrayNode live = rest.deepCopy();
        for (JsonNode item : changes) {
            mergeItem(rest, (ObjectNode) item, key, schema.element());
        }
        return inOrder(rest, changes, live, key);
    }

    /** Whether the elements are objects; all must be of one type. */
    private static boolean checkElements(ArrayNode original, ArrayNode patch) throws PatchException {
        List<JsonNode> all = new ArrayList<>();
        original.forEach(all::add);
        patch.forEach(all::add);
        JsonNode first = all.getFirst();
        if (first.isArray()) {
            throw new PatchException(422, "lists of lists are not supported");
        }
        for (JsonNode item : all) {
            if (!GoText.goKind(item).equals(GoText.goKind(first))) {
                throw PatchException.badRequest(
                        "list element types are not identical: [" + GoText.of(original) + " " + GoText.of(patch) + "]");
            }
        }
        return first.isObject();
    }

    /** Does what a directive among the elements says; answers whether the list is to be replaced. */
    private static boolean special(JsonNode directive, ObjectNode item, ArrayNode rest, String key)
            throws PatchException {
        switch (directive.asString("")) {
            case "delete" -> {
                JsonNode value = item.get(key);
                if (value == null) {
                    throw PatchException.noMergeKey(item, key);
                }
                for (int at = find(rest, key, value); at >= 0; at = find(rest, key, value)) {
                    rest.remove(at);
                }
                return false;
            }
            case "replace" -> {
                return true;
            }
            case "merge" -> throw PatchException.badRequest("merging lists cannot yet be specified in the patch");
            default -> throw StrategicMergePatch.unknownDirective(directive, item);
        }
    }

    private static void mergeItem(ArrayNode rest, ObjectNode item, String key, SchemaNode schema)
            throws PatchException {
        JsonNode value = item.get(key);
        if (value == null) {
            throw PatchException.noMergeKey(item, key);
        }
        int at = find(rest, key, value);
        if (at < 0) {
            rest.add(StrategicMergePatch.withoutDirectives(item));
        } else {
            rest.set(at, StrategicMergePatch.mergeMap((ObjectNode) rest.get(at), item.deepCopy(), schema));
        }
    }

    private static int find(ArrayNode list, String key, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (SameJson.same(list.get(i).get(key), value)) {
                return i;
            }
        }
        return -1;
    }

    private static void addOnce(ArrayNode list, JsonNode item) {
        if (position(list, item, "") < 0) {
            list.add(item);
        }
    }

    /** {@code list} without the scalars of {@code gone}. */
    static ArrayNode without(ArrayNode list, ArrayNode gone) {
        ArrayNode out = list.arrayNode();
        list.forEach(item -> {
            if (position(gone, item, "") < 0) {
                out.add(item);
            }
        });
        return out;
    }

    /** Elements of the patch must be in {@code wanted}, in its order; deletions are free. */
    static void checkOrder(ArrayNode patch, ArrayNode wanted, String key) throws PatchException {
        if (patch.isEmpty() || wanted.isEmpty()) {
            return;
        }
        int next = 0;
        for (JsonNode item : patch) {
            if (item.has(StrategicMergePatch.DIRECTIVE)) {
                continue;
            }
            while (next < wanted.size() && !SameJson.same(identity(item, key), identity(wanted.get(next), key))) {
                next++;
            }
            if (next == wanted.size()) {
                throw PatchException.badRequest("The order in patch list:\n" + GoText.of(patch)
                        + "\n doesn't match $setElementOrder list:\n" + GoText.of(wanted) + "\n");
            }
            next++;
        }
    }

    /**
     * Sorts a merged list: elements that {@code wanted} names in its order, the others in {@code live}'s, each of the others before
     * the first named one that follows it in {@code live}.
     */
    static ArrayNode inOrder(ArrayNode merged, ArrayNode wanted, ArrayNode live, String key) {
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode item : merged) {
            (position(wanted, item, key) >= 0 ? named : others).add(item);
        }
        named.sort((a, b) -> Integer.compare(position(wanted, a, key), position(wanted, b, key)));
        others.sort((a, b) -> Integer.compare(position(live, a, key), position(live, b, key)));
        ArrayNode out = merged.arrayNode();
        int left = 0;
        int right = 0;
        while (left < others.size() || right < named.size()) {
            boolean takeOther = right == named.size();
            if (left < others.size() && right < named.size()) {
                int other = position(live, others.get(left), key);
                int mine = position(live, named.get(right), key);
                takeOther = other >= 0 && mine >= 0 && other < mine;
            }
            out.add(takeOther ? others.get(left++) : named.get(right++));
        }
        return out;
    }

    private static int position(ArrayNode list, JsonNode item, String key) {
        JsonNode wanted = identity(item, key);
        for (int i = 0; i < list.size(); i++) {
            if (SameJson.same(identity(list.get(i), key), wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static JsonNode identity(JsonNode item, String key) {
        return key.isEmpty() ? item : item.path(key);
    }
}
