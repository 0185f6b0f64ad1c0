package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A ReplicaSet as the controller reads it.
 *
 * @param replicas wanted ({@code spec.replicas})
 * @param counts what its status says
 * @param tree the whole object, not to be changed
 */
record ReplicaSetView(
        ObjectKey key,
        String uid,
        Instant created,
        int replicas,
        Counts counts,
        Map<String, String> annotations,
        ObjectNode tree) {

    static final String RESOURCE = "apps/replicasets";

    /** {@code ReplicaSetsByCreationTimestamp}. */
    static final Comparator<ReplicaSetView> OLDEST_FIRST = Comparator.comparing(ReplicaSetView::created)
            .thenComparing(set -> set.key().name());

    /** {@code ReplicaSetsBySizeOlder}: from the largest to the smallest, older ones first. */
    static final Comparator<ReplicaSetView> LARGEST_THEN_OLDEST =
            Comparator.comparingInt(ReplicaSetView::replicas).reversed().thenComparing(OLDEST_FIRST);

    /** {@code ReplicaSetsBySizeNewer}: from the largest to the smallest, newer ones first. */
    static final Comparator<ReplicaSetView> LARGEST_THEN_NEWEST =
            Comparator.comparingInt(ReplicaSetView::replicas).reversed().thenComparing(OLDEST_FIRST.reversed());

    /** {@code ReplicaSetsByRevision}. */
    static final Comparator<ReplicaSetView> LOWEST_REVISION_FIRST = Comparator.comparingLong(
                    (ReplicaSetView set) -> Objects.requireNonNullElse(Annotations.revision(set.annotations()), 0L))
            .thenComparing(OLDEST_FIRST);

    /** @param terminating null when the ReplicaSet's controller does not count them */
    record Counts(
            int actual, int ready, int available, @Nullable Integer terminating, long observedGeneration) {}

    static ReplicaSetView of(ObjectNode tree) {
        JsonNode status = tree.path("status");
        JsonNode terminating = status.path("terminatingReplicas");
        String created = FieldPaths.text(tree, "metadata.creationTimestamp");
        return new ReplicaSetView(
                new ObjectKey(
                        RESOURCE, FieldPaths.text(tree, "metadata.namespace"), FieldPaths.text(tree, "metadata.name")),
                FieldPaths.text(tree, "metadata.uid"),
                created.isEmpty() ? Instant.EPOCH : Instant.parse(created),
                tree.path("spec").path("replicas").asInt(1),
                new Counts(
                        status.path("replicas").asInt(0),
                        status.path("readyReplicas").asInt(0),
                        status.path("availableReplicas").asInt(0),
                        terminating.isNumber() ? terminating.asInt() : null,
                        status.path("observedGeneration").asLong(0)),
                Annotations.of(tree),
                tree);
    }

    JsonNode template() {
        return tree.path("spec").path("template");
    }

    boolean deleting() {
        return !FieldPaths.text(tree, "metadata.deletionTimestamp").isEmpty();
    }

    /** Whether its own controller has seen its last change. */
    boolean observed() {
        return counts.observedGeneration()
                >= tree.path("metadata").path("generation").asLong(0);
    }

    static List<ReplicaSetView> active(List<ReplicaSetView> sets) {
        return sets.stream().filter(set -> set.replicas() > 0).toList();
    }

    static int totalReplicas(List<ReplicaSetView> sets) {
        return sets.stream().mapToInt(ReplicaSetView::replicas).sum();
    }

    static int totalAvailable(List<ReplicaSetView> sets) {
        return sets.stream().mapToInt(set -> set.counts().available()).sum();
    }

    static int totalActual(List<ReplicaSetView> sets) {
        return sets.stream().mapToInt(set -> set.counts().actual()).sum();
    }

    static int totalReady(List<ReplicaSetView> sets) {
        return sets.stream().mapToInt(set -> set.counts().ready()).sum();
    }
}
