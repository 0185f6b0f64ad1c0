package io.i2kit.apiserver.registry.policy;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** PodDisruptionBudgets. */
public final class PolicyResources {
    private PolicyResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names = new ResourceNames(
                "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", List.of("pdb"), List.of());
        return List.of(ResourceDefinition.namespaced(names, new PodDisruptionBudgetStrategy())
                .withStatus()
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "Min Available",
                                "The minimum number of pods that must be available.",
                                budget -> amount(budget.path("spec").path("minAvailable"))),
                        Column.text(
                                "Max Unavailable",
                                "The maximum number of pods that may be unavailable.",
                                budget -> amount(budget.path("spec").path("maxUnavailable"))),
                        Column.number(
                                "Allowed Disruptions",
                                "Calculated number of pods that may be disrupted at this time.",
                                budget -> budget.path("status")
                                        .path("disruptionsAllowed")
                                        .asInt(0)),
                        Column.age())));
    }

    private static String amount(JsonNode value) {
        return value.isMissingNode() ? "N/A" : value.asString();
    }
}
