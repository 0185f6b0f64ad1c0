package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ControllerRevisions: {@code pkg/registry/apps/controllerrevision} and {@code pkg/apis/apps/validation}. */
final class ControllerRevisionStrategy implements RestStrategy {
    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        checks.nonNegative(object, "revision", "");
        JsonNode data = object.path("data");
        if (data.isMissingNode() || data.isNull()) {
            checks.required("data", "data is mandatory");
        } else if (!data.isObject()) {
            checks.required("data", "data must be a valid JSON object");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        checks.nonNegative(object, "revision", "");
        checks.immutable(object.path("data"), old.path("data"), "data");
    }
}
