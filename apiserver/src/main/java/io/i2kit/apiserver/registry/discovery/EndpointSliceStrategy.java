package io.i2kit.apiserver.registry.discovery;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/discovery/endpointslice/strategy.go}. */
final class EndpointSliceStrategy implements RestStrategy {
    private static final Set<String> TYPES = Set.of("IPv4", "IPv6", "FQDN");
    private static final int MAX_ENDPOINTS = 1000;

    @Override
    public void setDefaults(ObjectNode object) {
        for (JsonNode port : object.path("ports")) {
            if (port instanceof ObjectNode entry) {
                if (!entry.has("name")) {
                    entry.put("name", "");
                }
                if (entry.path("protocol").asString("").isEmpty()) {
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
        for (String field : new String[] {"addressType", "endpoints", "ports"}) {
            if (!Json.same(object.path(field), old.path(field))) {
                Meta.setGeneration(object, Meta.generation(old) + 1);
                return;
            }
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        String type = object.path("addressType").asString("");
        if (type.isEmpty()) {
            errors.accept(FieldError.required("addressType", ""));
        } else if (!TYPES.contains(type)) {
            errors.accept(FieldError.notSupported(
                    "addressType", Json.MAPPER.writeValueAsString(type), "\"FQDN\", \"IPv4\", \"IPv6\""));
        }
        JsonNode endpoints = object.path("endpoints");
        if (endpoints.size() > MAX_ENDPOINTS) {
            errors.accept(FieldError.tooMany("endpoints", endpoints.size(), MAX_ENDPOINTS));
        }
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i).path("addresses").isEmpty()) {
                errors.accept(FieldError.required("endpoints[" + i + "].addresses", "must contain at least 1 address"));
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        if (!Json.same(object.path("addressType"), old.path("addressType"))) {
            errors.accept(FieldError.invalid(
                    "addressType",
                    Json.MAPPER.writeValueAsString(object.path("addressType").asString("")),
                    "field is immutable"));
        }
    }
}
