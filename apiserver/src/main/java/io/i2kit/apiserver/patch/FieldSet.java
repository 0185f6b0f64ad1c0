package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of field paths, in the shape of {@code FieldsV1}. Only {@link Place} changes a set, and only while it is built.
 * Source: {@code sigs.k8s.io/structured-merge-diff/fieldpath/set.go}.
 */
final class FieldSet {
    /**
     * @param member whether the path that ends here is in the set
     * @param below paths that go on from here
     */
    private record Node(boolean member, FieldSet below) {}

    private static final String SELF = ".";
    /** Below the leaves of what was read; nothing is inserted there. */
    private static final FieldSet NOTHING = new FieldSet();

    private final TreeMap<PathElement, Node> nodes = new TreeMap<>();

    /** @throws IllegalArgumentException when it is no {@code FieldsV1} */
    static FieldSet fromJson(JsonNode fields) {
        FieldSet set = new FieldSet();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (!field.getKey().equals(SELF)) {
                JsonNode rest = field.getValue();
                Node node = rest.isEmpty() ? new Node(true, NOTHING) : new Node(rest.has(SELF), fromJson(rest));
                set.put(PathElement.parse(field.getKey()), node);
            }
        }
        return set;
    }

    ObjectNode toJson() {
        return toJson(JsonNodeFactory.instance.objectNode());
    }

    private ObjectNode toJson(ObjectNode out) {
        nodes.forEach((element, node) -> {
            ObjectNode rest = out.putObject(element.wire());
            if (node.member() && !node.below().isEmpty()) {
                rest.putObject(SELF);
            }
            node.below().toJson(rest);
        });
        return out;
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    /** A path in a set that is being built. The set has nothing of it until it, or one that goes on from it, is inserted. */
    static final class Place {
        private final @Nullable Place above;
        private final @Nullable PathElement element;
        private @Nullable FieldSet below;

        /** The empty path: the whole object. */
        Place(FieldSet set) {
            this.above = null;
            this.element = null;
            this.below = set;
        }

        private Place(Place above, PathElement element) {
            this.above = above;
            this.element = element;
        }

        Place at(PathElement next) {
            return new Place(this, next);
        }

        /** Adds the path to the set; the empty one is not kept. */
        void insert() {
            if (above != null && element != null) {
                TreeMap<PathElement, Node> nodes = above.below().nodes;
                Node node = nodes.get(element);
                if (node == null || !node.member()) {
                    nodes.put(element, new Node(true, node == null ? new FieldSet() : node.below()));
                }
            }
        }

        private FieldSet below() {
            FieldSet known = below;
            if (known == null) {
                known = Objects.requireNonNull(above)
                        .below()
                        .nodes
                        .computeIfAbsent(Objects.requireNonNull(element), any -> new Node(false, new FieldSet()))
                        .below();
                below = known;
            }
            return known;
        }
    }

    private Node node(PathElement element) {
        Node node = nodes.get(element);
        return node == null ? new Node(false, new FieldSet()) : node;
    }

    private void put(PathElement element, Node node) {
        if (node.member() || !node.below().isEmpty()) {
            nodes.put(element, node);
        }
    }

    boolean has(PathElement element) {
        return node(element).member();
    }

    boolean has(List<PathElement> path) {
        Node node = node(path.getFirst());
        return path.size() == 1 ? node.member() : node.below().has(path.subList(1, path.size()));
    }

    /** The paths that go on from an element. */
    FieldSet below(PathElement element) {
        return node(element).below();
    }

    FieldSet union(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        FieldSet out = new FieldSet();
        nodes.forEach(out::put);
        other.nodes.forEach((element, node) -> {
            Node mine = nodes.get(element);
            out.put(
                    element,
                    mine == null
                            ? node
                            : new Node(
                                    mine.member() || node.member(), mine.below().union(node.below())));
        });
        return out;
    }

    FieldSet intersection(FieldSet other) {
        FieldSet out = new FieldSet();
        nodes.forEach((element, node) -> {
            Node theirs = other.nodes.get(element);
            if (theirs != null) {
                out.put(
                        element,
                        new Node(node.member() && theirs.member(), node.below().intersection(theirs.below())));
            }
        });
        return out;
    }

    /** Paths of this set that are not themselves in the other. */
    FieldSet difference(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        FieldSet out = new FieldSet();
        nodes.forEach((element, node) -> {
            Node theirs = other.nodes.get(element);
            out.put(
                    element,
                    theirs == null
                            ? node
                            : new Node(
                                    node.member() && !theirs.member(),
                                    node.below().difference(theirs.below())));
        });
        return out;
    }

    /** Without a top-level field and all below it. */
    FieldSet without(String field) {
        FieldSet out = new FieldSet();
        nodes.forEach((element, node) -> {
            if (!Objects.equals(element.fieldName(), field)) {
                out.put(element, node);
            }
        });
        return out;
    }

    /** Adds the struct fields that paths go through: {@code a.b.c} also owns {@code a} where {@code a} is a declared field. */
    FieldSet withNamedFields(SchemaNode schema) {
        FieldSet out = new FieldSet();
        nodes.forEach((element, node) -> {
            String name = element.fieldName();
            boolean declared =
                    name != null && schema.type() instanceof SchemaType.Struct struct && struct.field(name) != null;
            SchemaNode child = name != null ? schema.child(name) : element.isKey() ? schema.element() : SchemaNode.ANY;
            boolean through = declared && !node.below().isEmpty();
            out.put(element, new Node(node.member() || through, node.below().withNamedFields(child)));
        });
        return out;
    }

    /** Every path, those that end at a level before those that go deeper. */
    List<List<PathElement>> paths() {
        List<List<PathElement>> out = new ArrayList<>();
        collect(List.of(), out);
        return out;
    }

    private void collect(List<PathElement> prefix, List<List<PathElement>> out) {
        nodes.forEach((element, node) -> {
            if (node.member()) {
                out.add(append(prefix, element));
            }
        });
        nodes.forEach((element, node) -> node.below().collect(append(prefix, element), out));
    }

    private static List<PathElement> append(List<PathElement> prefix, PathElement element) {
        List<PathElement> path = new ArrayList<>(prefix);
        path.add(element);
        return path;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldSet set && nodes.equals(set.nodes);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}
