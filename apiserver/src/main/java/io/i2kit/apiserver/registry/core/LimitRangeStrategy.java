package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** LimitRanges: {@code pkg/registry/core/limitrange/strategy.go} and the defaults of {@code pkg/apis/core/v1/defaults.go}. */
final class LimitRangeStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        for (JsonNode limit : object.path("spec").path("limits")) {
            if (limit instanceof ObjectNode item
                    && FieldChecks.text(item, "type").equals("Container")) {
                fill(item.withObjectProperty("default"), item.path("max"));
                ObjectNode requests = item.withObjectProperty("defaultRequest");
                fill(requests, item.path("default"));
                fill(requests, item.path("min"));
                for (String field : List.of("default", "defaultRequest")) {
                    if (item.path(field).isEmpty()) {
                        item.remove(field);
                    }
                }
            }
        }
    }

    private static void fill(ObjectNode amounts, JsonNode from) {
        for (Map.Entry<String, JsonNode> amount : from.properties()) {
            if (!amounts.has(amount.getKey())) {
                amounts.set(amount.getKey(), amount.getValue());
            }
        }
    }

    /** One without a name gets one. */
    @Override
    public void prepareForCreate(ObjectNode object) {
        if (Meta.name(object).isEmpty()) {
            Meta.of(object).put("name", UUID.randomUUID().toString());
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new LimitRangeValidation(new FieldChecks(errors))
                .validate(object.path("spec").path("limits"));
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }
}
