package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.Names;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code v1.ResourceRequirements} of a container. Quantities are canonical text by now. */
final class ResourceValidation {
    private static final Set<String> CONTAINER_RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> OTHER_STANDARD = Set.of(
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "storage",
            "requests.cpu",
            "requests.memory",
            "limits.cpu",
            "limits.memory",
            "count/pods");
    private static final String HUGE_PAGES = "hugepages-";

    private ResourceValidation() {}

    static void requirements(FieldChecks checks, JsonNode resources, String path) {
        JsonNode limits = resources.path("limits");
        JsonNode requests = resources.path("requests");
        limits.properties().forEach(limit -> resource(checks, limit, path + ".limits[" + limit.getKey() + "]"));
        for (Map.Entry<String, JsonNode> request : requests.properties()) {
            String name = request.getKey();
            resource(checks, request, path + ".requests[" + name + "]");
            JsonNode limit = limits.get(name);
            if (limit != null) {
                compare(checks, name, request.getValue(), limit, path + ".requests");
            } else if (!overcommits(name)) {
                checks.required(path + ".limits", "Limit must be set for non overcommitable resources");
            }
        }
        hugePages(checks, limits, requests, path);
        for (int i = 0; i < resources.path("claims").size(); i++) {
            if (FieldChecks.text(resources.path("claims").path(i), "name").isEmpty()) {
                checks.required(path + ".claims[" + i + "]", "");
            }
        }
    }

    private static void compare(FieldChecks checks, String name, JsonNode request, JsonNode limit, String path) {
        int order = Quantity.parse(request.asString()).compareTo(Quantity.parse(limit.asString()));
        if (order != 0 && !overcommits(name)) {
            checks.invalid(path, request, "must be equal to " + name + " limit of " + limit.asString());
        } else if (order > 0) {
            checks.invalid(path, request, "must be less than or equal to " + name + " limit of " + limit.asString());
        }
    }

    private static void resource(FieldChecks checks, Map.Entry<String, JsonNode> resource, String path) {
        name(checks, resource.getKey(), path);
        Quantity quantity = Quantity.parse(resource.getValue().asString());
        if (quantity.sign() < 0) {
            checks.invalid(path, resource.getValue(), "must be greater than or equal to 0");
        }
        boolean whole = quantity.amount().remainder(BigDecimal.ONE).signum() == 0;
        if (!whole && !overcommits(resource.getKey())) {
            checks.invalid(path, resource.getValue(), "must be an integer");
        }
    }

    private static void name(FieldChecks checks, String name, String path) {
        List<String> problems = new ArrayList<>();
        Names.qualified(name, problems::add);
        problems.forEach(problem -> checks.invalid(path, name, problem));
        boolean known = CONTAINER_RESOURCES.contains(name) || name.startsWith(HUGE_PAGES);
        if (!problems.isEmpty() || known) {
            return;
        }
        JsonNode shown = JsonNodeFactory.instance.stringNode(name);
        if (!name.contains("/")) {
            if (!OTHER_STANDARD.contains(name)) {
                checks.invalid(path, shown, "must be a standard resource type or fully qualified");
            }
            checks.invalid(path, shown, "must be a standard resource for containers");
        } else if (!name.contains("kubernetes.io/") && name.startsWith("requests.")) {
            checks.invalid(path, shown, "doesn't follow extended resource name standard");
        }
    }

    private static void hugePages(FieldChecks checks, JsonNode limits, JsonNode requests, String path) {
        boolean huge = false;
        boolean ordinary = false;
        for (JsonNode list : List.of(limits, requests)) {
            huge |= list.propertyNames().stream().anyMatch(name -> name.startsWith(HUGE_PAGES));
            ordinary |= list.has("cpu") || list.has("memory");
        }
        if (huge && !ordinary) {
            checks.forbidden(path, "HugePages require cpu or memory");
        }
    }

    /** Native resources other than huge pages: requests may be below limits, and fractions mean something. */
    private static boolean overcommits(String name) {
        boolean isNative = !name.contains("/") || name.contains("kubernetes.io/");
        return isNative && !name.startsWith(HUGE_PAGES);
    }
}
