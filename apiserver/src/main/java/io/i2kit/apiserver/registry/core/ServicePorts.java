package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The ports of a Service in {@code pkg/apis/core/validation/validation.go}. */
final class ServicePorts {
    static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private final JsonNode ports;
    private final FieldChecks checks;
    private final Set<String> names = new HashSet<>();

    ServicePorts(JsonNode ports, FieldChecks checks) {
        this.ports = ports;
        this.checks = checks;
    }

    /** {@code validateServicePort} of each. */
    void validate() {
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.path(i);
            String path = path(i);
            name(text(port, "name"), path + ".name");
            checks.port(port.path("port"), path + ".port");
            checks.oneOf(port, "protocol", path, PROTOCOLS);
            checks.port(port.path("targetPort"), path + ".targetPort");
            if (port.has("appProtocol")) {
                checks.qualified(text(port, "appProtocol"), path + ".appProtocol");
            }
        }
    }

    private static String path(int index) {
        return "spec.ports[" + index + "]";
    }

    private void name(String name, String path) {
        if (name.isEmpty()) {
            if (ports.size() > 1) {
                checks.required(path, "");
            }
            return;
        }
        checks.label(name, path);
        if (!names.add(name)) {
            checks.duplicate(path, name);
        }
    }

    /** Node ports where there are none, and what is there twice. */
    void validateNodePorts(String type) {
        for (int i = 0; type.equals("ClusterIP") && i < ports.size(); i++) {
            if (nodePort(i) != 0) {
                checks.forbidden(path(i) + ".nodePort", "may not be used when `type` is 'ClusterIP'");
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            if (nodePort(i) != 0 && !seen.add(text(ports.path(i), "protocol") + nodePort(i))) {
                checks.duplicate(path(i) + ".nodePort", ports.path(i).path("nodePort"));
            }
        }
        seen.clear();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.path(i);
            if (!seen.add(text(port, "protocol") + port.path("port").asInt(0))) {
                checks.duplicate(path(i), goStyle(port));
            }
        }
    }

    private int nodePort(int index) {
        return ports.path(index).path("nodePort").asInt(0);
    }

    /** As upstream shows the two fields by which it compares: its internal types have no JSON names. */
    private static ObjectNode goStyle(JsonNode port) {
        return Json.object()
                .put("Name", "")
                .put("Protocol", text(port, "protocol"))
                .putNull("AppProtocol")
                .put("Port", port.path("port").asInt(0))
                .put("TargetPort", 0)
                .put("NodePort", 0);
    }
}
