package io.i2kit.apiserver.patch;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.FieldOwners.Manager;
import io.i2kit.apiserver.patch.FieldOwners.Owned;
import io.i2kit.apiserver.patch.TypedTrees.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How ownership moves when an object changes. Source: {@code sigs.k8s.io/structured-merge-diff/merge/update.go}.
 *
 * <p>Paths of entries in other versions of a kind are taken as they are: the kinds served here have the same fields in all versions
 * that clients still write.
 *
 * @param hidden a top-level field that this endpoint leaves alone ({@code status} or {@code spec}), or empty
 */
record OwnershipRules(SchemaNode schema, String hidden) {
    /** Paths that nobody owns. */
    private static final List<String> METADATA = List.of(
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion");

    private static final FieldSet STRIPPED = stripped();

    /** A field that somebody else owns and the configuration changes. */
    record Conflict(Manager manager, List<PathElement> path) {
        String field() {
            StringBuilder text = new StringBuilder();
            path.forEach(text::append);
            return text.toString();
        }
    }

    /** For the endpoint of a subresource, or of the main resource when it is empty. */
    static OwnershipRules of(SchemaNode schema, String subresource) {
        return new OwnershipRules(schema, subresource.equals("status") ? "spec" : "status");
    }

    private static FieldSet stripped() {
        FieldSet set = new FieldSet();
        FieldSet.Place root = new FieldSet.Place(set);
        root.at(PathElement.field("apiVersion")).insert();
        root.at(PathElement.field("kind")).insert();
        FieldSet.Place metadata = root.at(PathElement.field("metadata"));
        metadata.insert();
        METADATA.forEach(name -> metadata.at(PathElement.field(name)).insert());
        return set;
    }

    /** What a configuration claims. */
    FieldSet claimed(JsonNode applied) {
        return TypedTrees.fields(applied, schema).without(hidden).difference(STRIPPED);
    }

    /** What a writer that is no applier gains by its change. */
    FieldSet gained(Comparison change) {
        return change.modified().union(change.added()).difference(STRIPPED);
    }

    Comparison compare(JsonNode before, JsonNode after) {
        return TypedTrees.compare(before, after, schema).without(hidden);
    }

    /** Fields that others own and this change sets otherwise. */
    List<Conflict> conflicts(FieldOwners owners, Manager self, Comparison change) {
        FieldSet set = change.modified().union(change.added());
        List<Conflict> out = new ArrayList<>();
        owners.entries().forEach((manager, owned) -> {
            if (!manager.equals(self)) {
                owned.fields().intersection(set).paths().forEach(path -> out.add(new Conflict(manager, path)));
            }
        });
        return out;
    }

    /** Takes what was changed or removed from everybody but {@code spared}; who owns nothing more is dropped. */
    void take(FieldOwners owners, @Nullable Manager spared, Comparison change) {
        FieldSet taken = change.modified().union(change.added()).union(change.removed());
        owners.entries()
                .replaceAll((manager, owned) -> manager.equals(spared)
                        ? owned
                        : owned.with(owned.fields().difference(taken)));
        owners.entries().values().removeIf(owned -> owned.fields().isEmpty());
    }

    /** Removes what the applier had applied, applies no more, and nobody else owns. */
    JsonNode prune(JsonNode merged, JsonNode applied, FieldOwners owners, @Nullable Owned last) {
        if (last == null || last.fields().isEmpty()) {
            return merged;
        }
        FieldSet lastFields = last.fields().withNamedFields(schema);
        JsonNode pruned = TypedTrees.without(merged, lastFields, schema);
        FieldSet all = TypedTrees.fields(merged, schema).withNamedFields(schema);
        // What nobody owns is kept by stating it, such as the name.
        FieldSet owned = TypedTrees.fields(applied, schema);
        for (Map.Entry<Manager, Owned> entry : owners.entries().entrySet()) {
            owned = owned.union(entry.getValue().fields());
        }
        FieldSet kept = fieldsOf(pruned).union(owned.withNamedFields(schema));
        pruned = TypedTrees.without(merged, all.difference(kept), schema);
        FieldSet lost = all.difference(fieldsOf(pruned)).intersection(lastFields);
        return TypedTrees.without(merged, lost, schema);
    }

    private FieldSet fieldsOf(JsonNode tree) {
        return TypedTrees.fields(tree, schema).withNamedFields(schema);
    }
}
