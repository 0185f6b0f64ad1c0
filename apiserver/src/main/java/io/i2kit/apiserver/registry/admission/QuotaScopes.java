package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Whether a quota with scopes speaks about an object: {@code podMatchesScopeFunc} and {@code pvcMatchesScopeFunc}. */
final class QuotaScopes {
    private QuotaScopes() {}

    static boolean match(JsonNode quota, String resource, JsonNode object) {
        for (JsonNode scope : quota.path("spec").path("scopes")) {
            if (!matches(scope.asString(""), "Exists", List.of(), resource, object)) {
                return false;
            }
        }
        for (JsonNode expression : quota.path("spec").path("scopeSelector").path("matchExpressions")) {
            List<String> values = expression
                    .path("values")
                    .valueStream()
                    .map(value -> value.asString(""))
                    .toList();
            if (!matches(text(expression, "scopeName"), text(expression, "operator"), values, resource, object)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(
            String scope, String operator, List<String> values, String resource, JsonNode object) {
        JsonNode spec = object.path("spec");
        if (resource.equals("pods")) {
            return switch (scope) {
                case "Terminating" -> isTerminating(spec);
                case "NotTerminating" -> !isTerminating(spec);
                case "BestEffort" -> isBestEffort(object);
                case "NotBestEffort" -> !isBestEffort(object);
                case "PriorityClass" -> named(text(spec, "priorityClassName"), operator, values);
                case "CrossNamespacePodAffinity" -> crossesNamespaces(spec.path("affinity"));
                default -> false;
            };
        }
        return resource.equals("persistentvolumeclaims")
                && scope.equals("VolumeAttributesClass")
                && named(text(spec, "volumeAttributesClassName"), operator, values);
    }

    private static boolean named(String name, String operator, List<String> values) {
        return switch (operator) {
            case "Exists" -> !name.isEmpty();
            case "DoesNotExist" -> name.isEmpty();
            case "In" -> values.contains(name);
            case "NotIn" -> !values.contains(name);
            default -> false;
        };
    }

    private static boolean isTerminating(JsonNode spec) {
        JsonNode deadline = spec.path("activeDeadlineSeconds");
        return deadline.isNumber() && deadline.asLong() >= 0;
    }

    private static boolean isBestEffort(JsonNode pod) {
        return text(pod.path("status"), "qosClass").equals("BestEffort");
    }

    private static boolean crossesNamespaces(JsonNode affinity) {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            for (JsonNode term : affinity.path(kind).path("requiredDuringSchedulingIgnoredDuringExecution")) {
                if (crosses(term)) {
                    return true;
                }
            }
            for (JsonNode term : affinity.path(kind).path("preferredDuringSchedulingIgnoredDuringExecution")) {
                if (crosses(term.path("podAffinityTerm"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean crosses(JsonNode term) {
        return !term.path("namespaces").isEmpty() || term.has("namespaceSelector");
    }
}
