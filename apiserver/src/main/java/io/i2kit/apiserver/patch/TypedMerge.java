package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lays an applied configuration over a live object: its leaves win, objects and keyed lists are merged, and elements keep the order
 * of the configuration. Source: {@code sigs.k8s.io/structured-merge-diff/typed/merge.go}.
 */
final class TypedMerge {
    private TypedMerge() {}

    static JsonNode merge(JsonNode live, JsonNode applied, SchemaNode schema) {
        JsonNode merged = both(live, applied, schema);
        return merged == null ? live : merged;
    }

    private static @Nullable JsonNode both(@Nullable JsonNode left, @Nullable JsonNode right, SchemaNode schema) {
        TypedTrees.Shape shape = TypedTrees.shape(schema);
        if (shape == TypedTrees.Shape.LEAF || TypedTrees.hollow(left) && TypedTrees.hollow(right)) {
            return right == null ? left : right;
        }
        if (schema.type() instanceof ListOf list) {
            return elements(left, right, list);
        }
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        for (String name : TypedTrees.names(left, right)) {
            JsonNode merged = both(
                    left == null ? null : left.get(name), right == null ? null : right.get(name), schema.child(name));
            if (merged != null) {
                out.set(name, merged);
            }
        }
        return out.isEmpty() ? null : out;
    }

    private static @Nullable JsonNode elements(@Nullable JsonNode left, @Nullable JsonNode right, ListOf list) {
        ArrayNode out = new Elements(left, right, list).merge();
        return out.isEmpty() ? null : out;
    }

    /** Two keyed lists, walked together. */
    private static final class Elements {
        private final ListOf list;
        private final Map<PathElement, List<JsonNode>> live;
        private final Map<PathElement, List<JsonNode>> applied;
        private final List<PathElement> livePlaces = new ArrayList<>();
        private final List<JsonNode> liveItems = new ArrayList<>();
        private final List<PathElement> appliedPlaces;
        private final Iterator<PathElement> shared;
        private @Nullable PathElement nextShared;
        private final Set<PathElement> done = new HashSet<>();
        private final ArrayNode out = JsonNodeFactory.instance.arrayNode();
        private int atLive;
        private int atApplied;

        Elements(@Nullable JsonNode left, @Nullable JsonNode right, ListOf list) {
            this.list = list;
            this.live = TypedTrees.elements(list, left);
            this.applied = TypedTrees.elements(list, right);
            if (left != null) {
                left.forEach(item -> {
                    livePlaces.add(TypedTrees.element(list, item));
                    liveItems.add(item);
                });
            }
            this.appliedPlaces = List.copyOf(applied.keySet());
            this.shared =
                    appliedPlaces.stream().filter(live::containsKey).toList().iterator();
            this.nextShared = shared.hasNext() ? shared.next() : null;
        }

        ArrayNode merge() {
            while (atLive < livePlaces.size() || atApplied < appliedPlaces.size()) {
                boolean stepped = atLive < livePlaces.size() && stepLive(livePlaces.get(atLive));
                if (!stepped && atApplied < appliedPlaces.size()) {
                    takeApplied(appliedPlaces.get(atApplied++));
                }
            }
            return out;
        }

        /** Whether the live element is dealt with; if not, the turn is the configuration's. */
        private boolean stepLive(PathElement place) {
            boolean last = atApplied == appliedPlaces.size();
            if (!last && place.equals(appliedPlaces.get(atApplied))) {
                atLive++;
                return false;
            }
            if (!applied.containsKey(place)) {
                add(both(liveItems.get(atLive++), null, list.element()));
                return true;
            }
            if (!last && nextShared != null && !nextShared.equals(place)) {
                // Elements of both sides go where the configuration has them.
                atLive++;
                return true;
            }
            if (done.contains(place)) {
                atLive++;
            }
            return false;
        }

        private void takeApplied(PathElement place) {
            done.add(place);
            List<JsonNode> before = live.getOrDefault(place, List.of());
            // Of elements that the live list repeats, none can be told to be the one.
            JsonNode mine = before.size() == 1 ? before.getFirst() : null;
            add(both(mine, TypedTrees.first(applied.getOrDefault(place, List.of())), list.element()));
            if (place.equals(nextShared)) {
                nextShared = shared.hasNext() ? shared.next() : null;
            }
        }

        private void add(@Nullable JsonNode item) {
            if (item != null) {
                out.add(item);
            }
        }
    }
}
