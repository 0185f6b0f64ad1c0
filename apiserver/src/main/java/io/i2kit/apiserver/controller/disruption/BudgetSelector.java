package io.i2kit.apiserver.controller.disruption;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which Pods of its namespace a budget is about. An empty selector chooses all of them and an absent one none
 * ({@code policy/v1}).
 *
 * @param requirements null for an absent selector
 * @param generation of the budget: a new spec is worth a look
 * @param status as text: somebody else's write to it is worth one too
 */
record BudgetSelector(ObjectKey key, @Nullable ObjectSelector requirements, long generation, String status) {
    static BudgetSelector of(StoredObject stored) {
        ObjectNode budget = Json.parse(stored.json());
        return new BudgetSelector(
                stored.key(),
                requirements(budget.path("spec")),
                budget.path("metadata").path("generation").asLong(0),
                budget.path("status").toString());
    }

    static @Nullable ObjectSelector requirements(JsonNode spec) {
        return spec.has("selector") ? ObjectSelector.of(spec.path("selector")) : null;
    }

    boolean matches(@Nullable BudgetPod pod) {
        return pod != null && chooses(requirements, pod.labels());
    }

    static boolean chooses(@Nullable ObjectSelector requirements, Map<String, String> labels) {
        return requirements != null && (requirements.isEmpty() || requirements.matches(labels));
    }
}
