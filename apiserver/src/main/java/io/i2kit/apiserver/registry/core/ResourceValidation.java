package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.openapi.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** {@code v1.ResourceRequirements} of a container. Quantities are canonical text by now. */
public final class ResourceValidation {
    private static final String HUGE_PAGES = "hugepages-";

    private ResourceValidation() {}

    /** {@code ValidateContainerResourceRequirements}. */
    public static void requirements(FieldChecks checks, JsonNode resources, String path) {
        JsonNode limits = resources.path("limits");
        JsonNode requests = resources.path("requests");
        limits.properties().forEach(limit -> resource(checks, limit, path + ".limits[" + limit.getKey() + "]"));
        for (Map.Entry<String, JsonNode> request : requests.properties()) {
            String name = request.getKey();
            resource(checks, request, path + ".requests[" + name + "]");
            JsonNode limit = limits.get(name);
            if (limit != null) {
                compare(checks, name, request.getValue(), limit, path + ".requests");
            } else if (!ResourceNameRules.mayOvercommit(name)) {
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
        if (order != 0 && !ResourceNameRules.mayOvercommit(name)) {
            checks.invalid(path, request, "must be equal to " + name + " limit of " + limit.asString());
        } else if (order > 0) {
            checks.invalid(path, request, "must be less than or equal to " + name + " limit of " + limit.asString());
        }
    }

    private static void resource(FieldChecks checks, Map.Entry<String, JsonNode> resource, String path) {
        ResourceNameRules.container(checks, resource.getKey(), path);
        Quantity quantity = Quantity.parse(resource.getValue().asString());
        if (quantity.sign() < 0) {
            checks.invalid(path, resource.getValue(), "must be greater than or equal to 0");
        }
        boolean whole = quantity.amount().remainder(BigDecimal.ONE).signum() == 0;
        if (!whole && !ResourceNameRules.mayOvercommit(resource.getKey())) {
            checks.invalid(path, resource.getValue(), "must be an integer");
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
}
