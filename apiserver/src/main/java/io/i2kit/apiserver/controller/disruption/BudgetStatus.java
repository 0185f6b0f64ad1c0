package io.i2kit.apiserver.controller.disruption;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code status} of a budget ({@code updatePdbStatus}, {@code failSafe}). */
final class BudgetStatus {
    /** How long an eviction that was granted may take until its Pod counts as staying ({@code DeletionTimeout}). */
    static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

    private static final String CONDITION = "DisruptionAllowed";

    private BudgetStatus() {}

    /** Evictions that were granted and have not happened yet, by Pod: when they were granted. */
    static Map<String, Instant> pending(JsonNode status, List<BudgetPod> pods, Instant now) {
        Map<String, Instant> pending = new TreeMap<>();
        for (BudgetPod pod : pods) {
            String time = status.path("disruptedPods").path(pod.key().name()).asString("");
            if (!pod.deleting()
                    && !time.isEmpty()
                    && !Instant.parse(time).plus(DELETION_TIMEOUT).isBefore(now)) {
                pending.put(pod.key().name(), Instant.parse(time));
            }
        }
        return pending;
    }

    /** The status that is to be stored. */
    static ObjectNode of(ObjectNode budget, ExpectedPods expected, List<BudgetPod> pods, Instant now) {
        Map<String, Instant> pending = pending(budget.path("status"), pods, now);
        int healthy = (int) pods.stream()
                .filter(pod -> pod.ready()
                        && !pod.deleting()
                        && !pending.containsKey(pod.key().name()))
                .count();
        int left = healthy - expected.desiredHealthy();
        int allowed = expected.expected() <= 0 ? 0 : Math.max(0, left);
        ObjectNode status = Json.object();
        ArrayNode conditions = status.putArray("conditions");
        long generation = Meta.generation(budget);
        conditions(budget, conditions, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now)
                .put("observedGeneration", generation);
        status.put("currentHealthy", healthy);
        status.put("desiredHealthy", expected.desiredHealthy());
        if (!pending.isEmpty()) {
            ObjectNode disrupted = status.putObject("disruptedPods");
            pending.forEach((pod, time) -> disrupted.put(pod, Meta.time(time)));
        }
        status.put("disruptionsAllowed", allowed);
        status.put("expectedPods", expected.expected());
        status.put("observedGeneration", generation);
        return status;
    }

    /** When the number cannot be told: no eviction, and why. */
    static ObjectNode failed(ObjectNode budget, String why, Instant now) {
        ObjectNode status = budget.path("status") instanceof ObjectNode present ? present.deepCopy() : Json.object();
        status.put("disruptionsAllowed", 0);
        ArrayNode conditions = Json.MAPPER.createArrayNode();
        conditions(budget, conditions, false, "SyncFailed", why, now)
                .put("observedGeneration", status.path("observedGeneration").asLong(0));
        status.set("conditions", conditions);
        return status;
    }

    /** {@code meta.SetStatusCondition}: the other conditions stay, and the time is that of the last change of status. */
    private static ObjectNode conditions(
            ObjectNode budget, ArrayNode to, boolean allowed, String reason, String message, Instant now) {
        String status = allowed ? "True" : "False";
        String since = Meta.time(now);
        for (JsonNode condition : budget.path("status").path("conditions")) {
            if (!condition.path("type").asString("").equals(CONDITION)) {
                to.add(condition.deepCopy());
            } else if (condition.path("status").asString("").equals(status)) {
                since = condition.path("lastTransitionTime").asString(since);
            }
        }
        return to.addObject()
                .put("lastTransitionTime", since)
                .put("message", message)
                .put("reason", reason)
                .put("status", status)
                .put("type", CONDITION);
    }

    /** When the next pending eviction has taken too long, or null. */
    static @Nullable Instant nextLook(Map<String, Instant> pending) {
        return pending.values().stream()
                .min(Instant::compareTo)
                .map(time -> time.plus(DELETION_TIMEOUT))
                .orElse(null);
    }
}
