package io.i2kit.apiserver.registry.policy;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.IntOrPercent;
import io.i2kit.apiserver.registry.core.ReferenceRules;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** PodDisruptionBudgets: {@code pkg/registry/policy/poddisruptionbudget/strategy.go} and {@code pkg/apis/policy/validation}. */
final class PodDisruptionBudgetStrategy extends SpecStrategy {
    private static final List<String> EVICTION_POLICIES = List.of("AlwaysAllow", "IfHealthyBudget");
    private static final List<String> COUNTS =
            List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        ObjectNode status = object.putObject("status");
        COUNTS.forEach(count -> status.put(count, 0));
    }

    /** Its own rules have none for the name: what every name must be. */
    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        ReferenceRules.pathSegment(name, problems);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            checks.invalid("spec", goStyle(spec), "minAvailable and maxUnavailable cannot be both set");
        }
        for (String field : List.of("minAvailable", "maxUnavailable")) {
            IntOrPercent.validate(spec.path(field), "spec." + field, checks);
            IntOrPercent.atMost100(spec.path(field), "spec." + field, checks);
        }
        checks.selector(spec.path("selector"), "spec.selector");
        JsonNode policy = spec.path("unhealthyPodEvictionPolicy");
        if (!policy.isMissingNode() && !EVICTION_POLICIES.contains(policy.asString(""))) {
            checks.notSupported("spec.unhealthyPodEvictionPolicy", policy, EVICTION_POLICIES);
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static ObjectNode goStyle(JsonNode spec) {
        ObjectNode shown = Json.object();
        shown.set("MinAvailable", spec.get("minAvailable"));
        shown.set("Selector", spec.get("selector"));
        shown.set("MaxUnavailable", spec.get("maxUnavailable"));
        shown.set("UnhealthyPodEvictionPolicy", spec.get("unhealthyPodEvictionPolicy"));
        return shown;
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new FieldChecks(errors).nonNegative(object.path("status"), COUNTS, "status");
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
