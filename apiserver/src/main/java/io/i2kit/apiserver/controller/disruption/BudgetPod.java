package io.i2kit.apiserver.controller.disruption;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a budget looks at of a Pod.
 *
 * @param owner the one that manages it, or null
 * @param ready whether its Ready condition is true
 */
record BudgetPod(
        ObjectKey key, Map<String, String> labels, @Nullable OwnerReference owner, boolean deleting, boolean ready) {
    BudgetPod {
        labels = Map.copyOf(labels);
    }

    static BudgetPod of(StoredObject stored) {
        ObjectNode pod = Json.parse(stored.json());
        return new BudgetPod(
                stored.key(),
                ObjectSelector.texts(pod.path("metadata").path("labels")),
                OwnerReference.managing(pod),
                Meta.isDeleting(pod),
                isReady(pod.path("status").path("conditions")));
    }

    private static boolean isReady(JsonNode conditions) {
        return conditions
                .valueStream()
                .anyMatch(condition -> condition.path("type").asString("").equals("Ready")
                        && condition.path("status").asString("").equals("True"));
    }
}
