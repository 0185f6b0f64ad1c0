package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/endpoint/strategy.go}. */
final class EndpointsStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        for (JsonNode subset : object.path("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                if (port instanceof ObjectNode entry
                        && entry.path("protocol").asString("").isEmpty()) {
                    entry.put("protocol", "TCP");
                }
            }
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        JsonNode subsets = object.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            String path = "subsets[" + i + "]";
            JsonNode subset = subsets.get(i);
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                errors.accept(FieldError.required(path, "must specify `addresses` or `notReadyAddresses`"));
            }
            addresses(subset.path("addresses"), path + ".addresses", errors);
            addresses(subset.path("notReadyAddresses"), path + ".notReadyAddresses", errors);
            for (int j = 0; j < subset.path("ports").size(); j++) {
                JsonNode port = subset.path("ports").get(j);
                ServiceValidation.number(port.path("port"), path + ".ports[" + j + "].port", errors);
                if (subset.path("ports").size() > 1
                        && port.path("name").asString("").isEmpty()) {
                    errors.accept(FieldError.required(path + ".ports[" + j + "].name", ""));
                }
            }
        }
    }

    private static void addresses(JsonNode addresses, String path, Consumer<FieldError> errors) {
        for (int i = 0; i < addresses.size(); i++) {
            String ip = addresses.get(i).path("ip").asString("");
            if (!Addresses.isIp(ip)) {
                errors.accept(FieldError.invalid(
                        path + "[" + i + "].ip",
                        Json.MAPPER.writeValueAsString(ip),
                        "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
            }
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        warnings.accept("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }
}
