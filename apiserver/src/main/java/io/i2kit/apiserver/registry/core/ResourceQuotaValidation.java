package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** {@code ValidateResourceQuotaSpec} of {@code pkg/apis/core/validation/validation.go}. */
final class ResourceQuotaValidation {
    private static final Set<String> ONLY_EXISTS =
            Set.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity");
    private static final Set<String> OF_PODS =
            Set.of("pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory");
    private static final Set<String> OF_CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");
    private static final List<List<String>> CONFLICTS =
            List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating"));

    private final FieldChecks checks;

    ResourceQuotaValidation(FieldChecks checks) {
        this.checks = checks;
    }

    void spec(JsonNode spec) {
        amounts(spec.path("hard"), "spec.hard");
        JsonNode scopes = spec.path("scopes");
        Set<String> named = new HashSet<>();
        for (JsonNode scope : scopes) {
            String name = scope.asString("");
            if (!isKnown(name)) {
                checks.invalid("spec.scopes", scopes, "unsupported scope");
            }
            fits(spec, name, "spec.scopes", scopes);
            named.add(name);
        }
        conflicts(named, "spec.scopes", scopes);
        if (spec.has("scopeSelector")) {
            selector(spec);
        }
    }

    void amounts(JsonNode amounts, String path) {
        for (Map.Entry<String, JsonNode> amount : amounts.properties()) {
            String name = amount.getKey();
            String here = path + "[" + name + "]";
            ResourceNameRules.quota(checks, name, here);
            Quantity quantity = Quantity.parse(amount.getValue().asString("0"));
            if (quantity.sign() < 0) {
                checks.invalid(here, amount.getValue(), "must be greater than or equal to 0");
            }
            boolean whole = quantity.amount().remainder(BigDecimal.ONE).signum() == 0;
            if (ResourceNameRules.isWhole(name) && !whole) {
                checks.invalid(here, amount.getValue(), "must be an integer");
            }
        }
    }

    private static boolean isKnown(String scope) {
        return ONLY_EXISTS.contains(scope) || scope.equals("PriorityClass") || scope.equals("VolumeAttributesClass");
    }

    /** Each resource that the scope says nothing about is a fault. */
    private void fits(JsonNode spec, String scope, String path, JsonNode shown) {
        for (String resource : new TreeSet<>(spec.path("hard").propertyNames())) {
            boolean valid = switch (scope) {
                case "Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity" ->
                    OF_PODS.contains(resource);
                case "BestEffort" -> resource.equals("pods");
                case "VolumeAttributesClass" -> OF_CLAIMS.contains(resource);
                default -> true;
            };
            if (!valid && ResourceNameRules.isStandardOfQuotas(resource)) {
                checks.invalid(path, shown, "unsupported scope applied to resource");
            }
        }
    }

    private void conflicts(Set<String> scopes, String path, JsonNode shown) {
        for (List<String> pair : CONFLICTS) {
            if (scopes.containsAll(pair)) {
                checks.invalid(path, shown, "conflicting scopes");
            }
        }
    }

    private void selector(JsonNode spec) {
        String path = "spec.scopeSelector.matchExpressions";
        Set<String> named = new HashSet<>();
        for (JsonNode expression : spec.path("scopeSelector").path("matchExpressions")) {
            String scope = text(expression, "scopeName");
            String operator = text(expression, "operator");
            if (!isKnown(scope)) {
                checks.invalid(path + ".scopeName", scope, "unsupported scope");
            }
            fits(spec, scope, path, spec.path("scopeSelector"));
            if (ONLY_EXISTS.contains(scope) && !operator.equals("Exists")) {
                checks.invalid(
                        path + ".operator",
                        operator,
                        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating,"
                                + " ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or"
                                + " ResourceQuotaScopeCrossNamespacePodAffinity");
            }
            operator(operator, expression.path("values"), path);
            named.add(scope);
        }
        conflicts(named, "spec.scopeSelector.matchExpressions", spec.path("scopes"));
    }

    private void operator(String operator, JsonNode values, String path) {
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    checks.required(
                            path + ".values",
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    checks.invalid(
                            path + ".values",
                            values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> checks.invalid(path + ".operator", operator, "not a valid selector operator");
        }
    }
}
