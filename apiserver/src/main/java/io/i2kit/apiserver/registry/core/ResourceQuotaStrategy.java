package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ResourceQuotas: {@code pkg/registry/core/resourcequota/strategy.go}. */
final class ResourceQuotaStrategy implements RestStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status");
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        object.set("status", old.path("status").deepCopy());
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new ResourceQuotaValidation(new FieldChecks(errors)).spec(object.path("spec"));
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        JsonNode scopes = object.path("spec").path("scopes");
        if (!asSet(scopes).equals(asSet(old.path("spec").path("scopes")))) {
            new FieldChecks(errors).invalid("spec.scopes", scopes, "field is immutable");
        }
    }

    private static Set<String> asSet(JsonNode scopes) {
        Set<String> set = new HashSet<>();
        scopes.forEach(scope -> set.add(scope.asString("")));
        return set;
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        ResourceQuotaValidation validation = new ResourceQuotaValidation(new FieldChecks(errors));
        for (String field : List.of("hard", "used")) {
            validation.amounts(object.path("status").path(field), "status." + field);
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        if (old != null) {
            return;
        }
        JsonNode hard = object.path("spec").path("hard");
        for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
            String request = "requests." + resource;
            if (!hard.has(request) && !resource.equals("ephemeral-storage")) {
                request = resource;
            }
            String limit = "limits." + resource;
            if (hard.has(request) && hard.has(limit) && amount(hard, request).compareTo(amount(hard, limit)) > 0) {
                warnings.accept(
                        "ResourceQuota " + request + " (" + hard.path(request).asString() + ") should be less than "
                                + limit + " (" + hard.path(limit).asString() + ")");
            }
        }
    }

    private static Quantity amount(JsonNode amounts, String name) {
        return Quantity.parse(amounts.path(name).asString("0"));
    }
}
