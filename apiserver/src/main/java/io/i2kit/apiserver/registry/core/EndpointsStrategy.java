package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/endpoint/strategy.go} and {@code ValidateEndpoints}. */
final class EndpointsStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        for (JsonNode subset : object.path("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                if (port instanceof ObjectNode entry && text(entry, "protocol").isEmpty()) {
                    entry.put("protocol", "TCP");
                }
            }
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode subsets = object.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            String path = "subsets[" + i + "]";
            JsonNode subset = subsets.path(i);
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                checks.required(path, "must specify `addresses` or `notReadyAddresses`");
            }
            addresses(subset.path("addresses"), path + ".addresses", checks);
            addresses(subset.path("notReadyAddresses"), path + ".notReadyAddresses", checks);
            ports(subset.path("ports"), path + ".ports", checks);
        }
    }

    private static void addresses(JsonNode addresses, String path, FieldChecks checks) {
        for (int i = 0; i < addresses.size(); i++) {
            JsonNode address = addresses.path(i);
            String here = path + "[" + i + "]";
            NetworkRules.address(checks, text(address, "ip"), here + ".ip");
            if (!text(address, "hostname").isEmpty()) {
                checks.label(text(address, "hostname"), here + ".hostname");
            }
            if (address.has("nodeName")) {
                checks.subdomain(text(address, "nodeName"), here + ".nodeName");
            }
            NetworkRules.endpointAddress(checks, text(address, "ip"), here + ".ip");
        }
    }

    private static void ports(JsonNode ports, String path, FieldChecks checks) {
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.path(i);
            String here = path + "[" + i + "]";
            if (!text(port, "name").isEmpty()) {
                checks.label(text(port, "name"), here + ".name");
            } else if (ports.size() > 1) {
                checks.required(here + ".name", "");
            }
            checks.port(port.path("port"), here + ".port");
            checks.oneOf(port, "protocol", here, ServicePorts.PROTOCOLS);
            if (port.has("appProtocol")) {
                checks.qualified(text(port, "appProtocol"), here + ".appProtocol");
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
