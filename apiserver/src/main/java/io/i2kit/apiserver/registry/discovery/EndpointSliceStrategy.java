package io.i2kit.apiserver.registry.discovery;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/discovery/endpointslice/strategy.go}. */
final class EndpointSliceStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        for (JsonNode port : object.path("ports")) {
            if (port instanceof ObjectNode entry) {
                if (!entry.has("name")) {
                    entry.put("name", "");
                }
                if (!entry.has("protocol")) {
                    entry.put("protocol", "TCP");
                }
            }
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        Meta.setGeneration(object, 1);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        boolean changed = !Json.same(
                object.path("metadata").path("labels"), old.path("metadata").path("labels"));
        for (String field : List.of("addressType", "endpoints", "ports")) {
            changed |= !Json.same(object.path(field), old.path(field));
        }
        if (changed) {
            Meta.setGeneration(object, Meta.generation(old) + 1);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new EndpointSliceValidation(object, new FieldChecks(errors)).validate();
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new EndpointSliceValidation(object, new FieldChecks(errors)).validateUpdate(old);
    }
}
