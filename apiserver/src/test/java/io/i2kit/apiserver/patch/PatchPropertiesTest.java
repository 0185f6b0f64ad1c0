package io.i2kit.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.TypedTrees.Comparison;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Laws that hold for whatever objects: seeds are fixed, so a failure repeats. */
class PatchPropertiesTest {
    private static final GroupVersionKind KIND = new GroupVersionKind("apps", "v1", "Deployment");
    private static final SchemaNode DEPLOYMENT =
            Objects.requireNonNull(Schema.builtIn().find(KIND));
    private static final PatchTarget TARGET = new PatchTarget(KIND, "deployments", "d", "");

    private final ServerSideApply apply = new ServerSideApply(() -> Instant.EPOCH);

    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    private static ObjectNode object(RandomTrees trees) {
        ObjectNode object = (ObjectNode) trees.value(DEPLOYMENT);
        object.remove(List.of("status", "metadata"));
        object.put("apiVersion", "apps/v1").put("kind", "Deployment");
        return object;
    }

    private ObjectNode applied(ObjectNode live, String manager, ObjectNode configuration) {
        return apply.apply(TARGET, DEPLOYMENT, live, configuration, new PatchRequest.Apply(new byte[0], manager, true));
    }

    private static ObjectNode plain(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ManagedFields.withoutManagedFields(copy);
        if (copy.path("metadata").isEmpty()) {
            copy.remove("metadata");
        }
        return copy;
    }

    /** A merge patch that leads from one tree to the other. */
    private static ObjectNode difference(JsonNode from, JsonNode to) {
        ObjectNode patch = to.isObject() ? ((ObjectNode) to).objectNode() : Trees.tree("{}");
        for (String name : TypedTrees.names(from, to)) {
            JsonNode before = from.get(name);
            JsonNode after = to.get(name);
            if (after == null) {
                patch.putNull(name);
            } else if (before != null && before.isObject() && after.isObject()) {
                ObjectNode inner = difference(before, after);
                if (!inner.isEmpty()) {
                    patch.set(name, inner);
                }
            } else if (!SameJson.same(before, after)) {
                patch.set(name, after);
            }
        }
        return patch;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mergePatchGoesFromAnyTreeToAnyOther(long seed) {
        RandomTrees trees = new RandomTrees(seed);
        ObjectNode from = object(trees);
        ObjectNode to = object(trees);
        assertThat(MergePatch.apply(from, difference(from, to))).isEqualTo(to);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void strategicPatchIsIdempotentAndHoldsWhatItSays(long seed) throws StrategicMergePatch.PatchException {
        RandomTrees trees = new RandomTrees(seed);
        ObjectNode live = object(trees);
        ObjectNode patch = object(trees);
        ObjectNode once = StrategicMergePatch.apply(live, patch, DEPLOYMENT);
        assertThat(StrategicMergePatch.apply(once, patch, DEPLOYMENT)).isEqualTo(once);
        assertThat(StrategicMergePatch.apply(live, Trees.tree("{}"), DEPLOYMENT))
                .isEqualTo(live);
        assertThat(StrategicMergePatch.apply(Trees.tree("{}"), patch, DEPLOYMENT))
                .isEqualTo(patch);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void fieldSetsSurviveTheirJson(long seed) {
        FieldSet set = TypedTrees.fields(object(new RandomTrees(seed)), DEPLOYMENT);
        assertThat(FieldSet.fromJson(set.toJson())).isEqualTo(set);
        assertThat(set.paths()).allMatch(set::has);
        FieldSet other = TypedTrees.fields(object(new RandomTrees(seed + 1)), DEPLOYMENT);
        assertThat(set.difference(other).union(set.intersection(other))).isEqualTo(set);
        assertThat(set.difference(other).intersection(other).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void comparisonsAreSymmetric(long seed) {
        RandomTrees trees = new RandomTrees(seed);
        ObjectNode left = object(trees);
        ObjectNode right = object(trees);
        Comparison there = TypedTrees.compare(left, right, DEPLOYMENT);
        Comparison back = TypedTrees.compare(right, left, DEPLOYMENT);
        assertThat(there.added()).isEqualTo(back.removed());
        assertThat(there.removed()).isEqualTo(back.added());
        assertThat(there.modified()).isEqualTo(back.modified());
        Comparison same = TypedTrees.compare(left, left.deepCopy(), DEPLOYMENT);
        assertThat(List.of(same.added(), same.removed(), same.modified())).allMatch(FieldSet::isEmpty);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void applyHoldsWhatItSaysAndRepeatsToNothing(long seed) {
        RandomTrees trees = new RandomTrees(seed);
        ObjectNode first = applied(Trees.tree("{'apiVersion':'apps/v1','kind':'Deployment'}"), "a", object(trees));
        ObjectNode configuration = object(trees);
        ObjectNode live = applied(first, "b", configuration);
        Comparison missing = TypedTrees.compare(TypedMerge.merge(live, configuration, DEPLOYMENT), live, DEPLOYMENT);
        assertThat(missing.modified().isEmpty()).isTrue();
        assertThat(missing.removed().isEmpty()).isTrue();
        assertThat(applied(live, "b", configuration)).isEqualTo(live);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoAppliesNothingMoreLeavesTheOthersFieldsOnly(long seed) {
        RandomTrees trees = new RandomTrees(seed);
        ObjectNode empty = Trees.tree("{'apiVersion':'apps/v1','kind':'Deployment'}");
        ObjectNode mine = object(trees);
        ObjectNode live = applied(empty, "a", mine);
        ObjectNode both = applied(live, "b", object(trees));
        ObjectNode left = applied(both, "b", empty);
        FieldOwners owners = FieldOwners.of(left.path("metadata").get("managedFields"));
        FieldSet present = TypedTrees.fields(plain(left), DEPLOYMENT).withNamedFields(DEPLOYMENT);
        for (Map.Entry<FieldOwners.Manager, FieldOwners.Owned> owner :
                owners.entries().entrySet()) {
            assertThat(owner.getValue().fields().difference(present).isEmpty()).isTrue();
            assertThat(owner.getKey().name()).isEqualTo("a");
        }
        assertThat(plain(applied(live, "a", empty)).path("spec").isMissingNode()
                        || plain(applied(live, "a", empty)).path("spec").isNull()
                        || plain(applied(live, "a", empty)).path("spec").isEmpty())
                .isTrue();
    }
}
