package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** PodTemplates: {@code pkg/registry/core/podtemplate/strategy.go}. */
final class PodTemplateStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        PodTemplates.setDefaults(object.withObjectProperty("template"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        Meta.setGeneration(object, 1);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        if (!Json.same(object.path("template"), old.path("template"))) {
            Meta.setGeneration(object, Meta.generation(old) + 1);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        PodTemplates.validate(object.path("template"), "template", errors);
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        if (old == null || !Json.same(object.path("template"), old.path("template"))) {
            PodTemplates.warnings(object.path("template"), "template", warnings);
        }
    }
}
