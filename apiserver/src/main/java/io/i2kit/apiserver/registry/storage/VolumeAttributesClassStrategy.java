package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** VolumeAttributesClasses: {@code pkg/registry/storage/volumeattributesclass} and {@code pkg/apis/storage/validation}. */
final class VolumeAttributesClassStrategy implements RestStrategy {
    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        ClassRules.driver(object, "driverName", checks);
        ClassRules.parameters(object.path("parameters"), false, checks);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        for (String field : List.of("driverName", "parameters")) {
            if (!Json.same(object.path(field), old.path(field))) {
                new FieldChecks(errors).forbidden(field, "updates to " + field + " are forbidden.");
            }
        }
        validate(object, errors);
    }
}
