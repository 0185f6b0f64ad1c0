package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.RestStrategy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/configmap/strategy.go}. */
final class ConfigMapStrategy implements RestStrategy {
    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        JsonNode binary = object.path("binaryData");
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : object.path("data").properties()) {
            DataRules.key("data", entry.getKey(), errors);
            if (binary.has(entry.getKey())) {
                errors.accept(FieldError.invalid(
                        "data[" + entry.getKey() + "]",
                        Json.MAPPER.writeValueAsString(entry.getKey()),
                        "duplicate of key present in binaryData"));
            }
            size += entry.getValue().asString("").getBytes(StandardCharsets.UTF_8).length;
        }
        size += DataRules.binarySize("binaryData", binary, errors);
        if (size > DataRules.MAX_BYTES) {
            errors.accept(FieldError.tooLong("[]", DataRules.MAX_BYTES));
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        DataRules.immutable(object, old, errors, "data", "binaryData");
        validate(object, errors);
    }
}
