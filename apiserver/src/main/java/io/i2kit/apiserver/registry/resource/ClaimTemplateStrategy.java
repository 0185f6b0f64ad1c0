package io.i2kit.apiserver.registry.resource;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ResourceClaimTemplates: {@code pkg/registry/resource/resourceclaimtemplate/strategy.go}. */
final class ClaimTemplateStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        ResourceClaimStrategy.defaults(object.path("spec").path("spec"));
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        checks.labels(spec.path("metadata").path("labels"), "spec.metadata.labels");
        checks.annotations(spec.path("metadata").path("annotations"), "spec.metadata.annotations");
        new DeviceRules(checks).claim(spec.path("spec").path("devices"), "spec.spec.devices");
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        new FieldChecks(errors).immutable(object.path("spec"), old.path("spec"), "spec");
    }
}
