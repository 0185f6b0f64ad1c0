package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.registry.FieldPaths;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code status} of a ReplicaSet ({@code pkg/controller/replicaset/replica_set_utils.go}). */
final class ReplicaSetStatus {
    private static final String REPLICA_FAILURE = "ReplicaFailure";

    private ReplicaSetStatus() {}

    /**
     * A failure to create or delete Pods.
     *
     * @param reason {@code FailedCreate} or {@code FailedDelete}
     */
    record Failure(String reason, String message) {}

    /**
     * The counts.
     *
     * @param available ready for at least {@code minReadySeconds}
     */
    record Counts(int replicas, int fullyLabeled, int ready, int available, int terminating) {}

    /**
     * @param pods that it owns and that have not ended, those being deleted left out
     * @param terminating how many it owns that are being deleted
     */
    static Counts count(ObjectNode replicaSet, List<ReplicaPod> pods, int terminating, Instant now) {
        Map<String, String> template = ObjectSelector.texts(
                replicaSet.path("spec").path("template").path("metadata").path("labels"));
        Duration minReady = Duration.ofSeconds(
                replicaSet.path("spec").path("minReadySeconds").asLong(0));
        int labeled = 0;
        int ready = 0;
        int available = 0;
        for (ReplicaPod pod : pods) {
            labeled += pod.labels().entrySet().containsAll(template.entrySet()) ? 1 : 0;
            Instant since = pod.readySince();
            if (since != null) {
                ready++;
                available += minReady.isZero() || !since.plus(minReady).isAfter(now) ? 1 : 0;
            }
        }
        return new Counts(pods.size(), labeled, ready, available, terminating);
    }

    /** The status that is to be stored, as Kubernetes writes it: counts of zero are left out but for {@code replicas}. */
    static ObjectNode of(
            ObjectNode replicaSet, Counts counts, @Nullable Failure failure, Instant now, boolean countsTerminating) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        putUnlessZero(status, "availableReplicas", counts.available());
        ArrayNode conditions = conditions(replicaSet.path("status").path("conditions"), failure, now);
        if (!conditions.isEmpty()) {
            status.set("conditions", conditions);
        }
        putUnlessZero(status, "fullyLabeledReplicas", counts.fullyLabeled());
        long generation = replicaSet.path("metadata").path("generation").asLong(0);
        if (generation > 0) {
            status.put("observedGeneration", generation);
        }
        putUnlessZero(status, "readyReplicas", counts.ready());
        status.put("replicas", counts.replicas());
        if (countsTerminating) {
            status.put("terminatingReplicas", counts.terminating());
        }
        return status;
    }

    private static void putUnlessZero(ObjectNode status, String field, int value) {
        if (value != 0) {
            status.put(field, value);
        }
    }

    private static ArrayNode conditions(JsonNode before, @Nullable Failure failure, Instant now) {
        ArrayNode conditions = JsonNodeFactory.instance.arrayNode();
        JsonNode present = null;
        for (JsonNode condition : before) {
            if (FieldPaths.text(condition, "type").equals(REPLICA_FAILURE)) {
                present = condition;
            } else {
                conditions.add(condition.deepCopy());
            }
        }
        if (failure != null) {
            // Upstream keeps the first failure's text while the condition holds.
            conditions.add(present != null ? present.deepCopy() : condition(failure, now));
        }
        return conditions;
    }

    private static ObjectNode condition(Failure failure, Instant now) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("message", failure.message())
                .put("reason", failure.reason())
                .put("status", "True")
                .put("type", REPLICA_FAILURE);
    }
}
