package io.i2kit.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.openapi.SchemaType.ListKind;
import io.i2kit.apiserver.openapi.SchemaType.ListOf;
import io.i2kit.apiserver.patch.FieldOwners.Manager;
import io.i2kit.apiserver.patch.FieldOwners.Owned;
import io.i2kit.apiserver.patch.TypedTrees.Comparison;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Kubernetes promises of server-side apply
 * (<a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>), over objects of many kinds.
 * The seed of each case is its name.
 */
class ApplyPropertiesTest {
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final ServerSideApply apply = new ServerSideApply(() -> Instant.EPOCH);
    private final ManagedFields managed =
            new ManagedFields(io.i2kit.apiserver.openapi.Schema.builtIn(), () -> Instant.EPOCH);

    static LongStream seeds() {
        return RandomObjects.seeds(150);
    }

    private ObjectNode applied(
            RandomObjects objects, @Nullable ObjectNode live, String manager, ObjectNode wanted, boolean force) {
        return apply.apply(
                objects.target(), objects.schema(), live, wanted, new PatchRequest.Apply(new byte[0], manager, force));
    }

    private static FieldSet owned(ObjectNode object, String manager) {
        for (Map.Entry<Manager, Owned> owner :
                FieldOwners.of(object.at("/metadata/managedFields")).entries().entrySet()) {
            if (owner.getKey().name().equals(manager)) {
                return owner.getValue().fields();
            }
        }
        return new FieldSet();
    }

    private static ObjectNode plain(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ManagedFields.withoutManagedFields(copy);
        if (copy.path("metadata").isEmpty()) {
            copy.remove("metadata");
        }
        return copy;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anApplierOwnsWhatItStatesAndNothingElse(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode first = objects.next();
        ObjectNode second = objects.next();
        OwnershipRules rules = OwnershipRules.of(objects.schema(), "");
        ObjectNode live = applied(objects, null, "a", first, false);
        assertThat(owned(live, "a")).isEqualTo(rules.claimed(first));
        ObjectNode both = applied(objects, live, "b", second, true);
        assertThat(owned(both, "b")).isEqualTo(rules.claimed(second));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aSoleApplierGetsExactlyItsNewestConfiguration(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode first = objects.next();
        ObjectNode second = objects.next();
        ObjectNode live = applied(objects, applied(objects, null, "a", first, false), "a", second, false);
        Comparison difference =
                TypedTrees.compare(plain(live), plain(applied(objects, null, "a", second, false)), objects.schema());
        assertThat(List.of(difference.added(), difference.removed(), difference.modified()))
                .allMatch(FieldSet::isEmpty);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRefusedApplyNamesExactlyWhatAForcedOneTakes(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode live = applied(objects, null, "a", objects.next(), false);
        ObjectNode wanted = objects.next();
        FieldSet before = owned(live, "a");
        ObjectNode forced = applied(objects, live, "b", wanted, true);
        FieldSet lost = before.difference(owned(forced, "a"));
        Comparison change = TypedTrees.compare(plain(live), plain(forced), objects.schema());
        Set<String> taken = new HashSet<>();
        before.intersection(change.modified().union(change.added())).paths().forEach(path -> taken.add(text(path)));
        Set<String> named = new HashSet<>();
        try {
            applied(objects, live, "b", wanted, false);
        } catch (ApiException refused) {
            assertThat(refused.code()).isEqualTo(409);
            Objects.requireNonNull(refused.details()).causes().stream()
                    .map(FieldError::field)
                    .forEach(named::add);
        }
        assertThat(named).isEqualTo(taken);
        // What others hold otherwise is theirs no more; nothing else changes hands.
        assertThat(lost.paths().stream().map(ApplyPropertiesTest::text)).containsAll(taken);
        assertThat(lost.difference(change.modified().union(change.added()).union(change.removed()))
                        .isEmpty())
                .isTrue();
    }

    private static String text(List<PathElement> path) {
        StringBuilder text = new StringBuilder();
        path.forEach(text::append);
        return text.toString();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreeingNeverConflictsAndWhoLeavesTakesNothingAway(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode wanted = objects.next();
        ObjectNode live = applied(objects, null, "a", wanted, false);
        ObjectNode shared = applied(objects, live, "b", wanted, false);
        assertThat(plain(shared)).isEqualTo(plain(live));
        assertThat(owned(shared, "a")).isEqualTo(owned(shared, "b"));
        ObjectNode left = applied(objects, shared, "a", objects.empty(), false);
        assertThat(plain(left)).isEqualTo(plain(live));
        assertThat(owned(left, "a").isEmpty()).isTrue();
        assertThat(owned(left, "b")).isEqualTo(owned(shared, "b"));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void itemsStandInTheOrderOfTheConfigurationAndOthersKeepTheirs(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode live = applied(objects, null, "a", objects.next(), false);
        ObjectNode wanted = objects.next();
        ObjectNode after = applied(objects, live, "b", wanted, true);
        inOrder(after, wanted, objects.schema());
        assertThat(plain(applied(objects, after, "b", wanted, true))).isEqualTo(plain(after));
    }

    /** The items of each associative list of {@code part} are in {@code whole} in this order. */
    private static void inOrder(JsonNode whole, JsonNode part, SchemaNode schema) {
        if (part instanceof ObjectNode object && !schema.atomic()) {
            object.properties()
                    .forEach(field ->
                            inOrder(whole.path(field.getKey()), field.getValue(), schema.child(field.getKey())));
        } else if (part instanceof ArrayNode
                && schema.type() instanceof ListOf list
                && !schema.atomic()
                && list.kind() != ListKind.ATOMIC) {
            List<PathElement> all = new ArrayList<>();
            whole.forEach(item -> all.add(TypedTrees.element(list, item)));
            List<PathElement> named = new ArrayList<>();
            part.forEach(item -> named.add(TypedTrees.element(list, item)));
            assertThat(all).containsSubsequence(named);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anUpdateTakesWhatItChangesAndTheNextApplyConflictsThere(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode wanted = objects.next();
        ObjectNode live = applied(objects, null, "a", wanted, false);
        ObjectNode edited = live.deepCopy();
        ObjectNode other = objects.next();
        other.properties()
                .forEach(field -> edited.set(field.getKey(), field.getValue().deepCopy()));
        managed.onUpdate("editor", "Update", objects.target().kind().apiVersion(), "", live, edited);
        Comparison change = TypedTrees.compare(plain(live), plain(edited), objects.schema());
        FieldSet gained = OwnershipRules.of(objects.schema(), "").gained(change);
        assertThat(owned(edited, "editor").withNamedFields(objects.schema()))
                .isEqualTo(gained.withNamedFields(objects.schema()));
        assertThat(owned(edited, "a").intersection(gained).isEmpty()).isTrue();
        Comparison back = TypedTrees.compare(
                plain(edited), TypedMerge.merge(plain(edited), wanted, objects.schema()), objects.schema());
        boolean conflicts =
                !gained.intersection(back.modified().union(back.added())).isEmpty();
        boolean refused = false;
        try {
            applied(objects, edited, "a", wanted, false);
        } catch (ApiException e) {
            refused = e.code() == 409;
        }
        assertThat(refused).isEqualTo(conflicts);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatKubectlAppliedByItselfItMayApplyThroughTheServer(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode wanted = objects.next();
        ObjectNode live = wanted.deepCopy();
        live.putObject("metadata").putObject("annotations").put(LAST_APPLIED, wanted + "\n");
        managed.onUpdate(
                "kubectl-client-side-apply", "Update", objects.target().kind().apiVersion(), "", null, live);
        assertThat(owned(live, "kubectl-client-side-apply").isEmpty()).isFalse();
        ObjectNode next = objects.next();
        assertThatCode(() -> applied(objects, live, "kubectl", next, false)).doesNotThrowAnyException();
        ObjectNode after = applied(objects, live, "kubectl", next, false);
        assertThat(owned(after, "kubectl"))
                .isEqualTo(OwnershipRules.of(objects.schema(), "").claimed(next));
        assertThat(after.at("/metadata/annotations").path(LAST_APPLIED).asString(""))
                .isEqualTo(next + "\n");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void ownersSurviveTheirStorage(long seed) {
        RandomObjects objects = new RandomObjects(seed);
        ObjectNode live = applied(objects, null, "a", objects.next(), false);
        ObjectNode both = applied(objects, live, "b", objects.next(), true);
        FieldOwners read = FieldOwners.of(both.at("/metadata/managedFields"));
        ObjectNode again = plain(both);
        read.write(again);
        assertThat(again.at("/metadata/managedFields")).isEqualTo(both.at("/metadata/managedFields"));
    }
}
