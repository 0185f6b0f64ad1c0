package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What endpoints depend on of a Pod.
 *
 * @param address {@code status.podIP}, or empty
 * @param ready the condition {@code Ready}
 * @param terminating whether it is being deleted
 * @param finished whether all of its containers have ended for good
 * @param ports that its containers declare by name
 */
record PodView(
        String namespace,
        String name,
        String uid,
        Map<String, String> labels,
        String address,
        String nodeName,
        String hostname,
        String subdomain,
        boolean ready,
        boolean terminating,
        boolean finished,
        List<NamedPort> ports) {
    PodView {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    record NamedPort(String name, String protocol, int port) {}

    static PodView of(StoredObject object) {
        return of(JsonMapper.shared().readTree(object.json()));
    }

    static PodView of(JsonNode pod) {
        JsonNode spec = pod.path("spec");
        String phase = FieldPaths.text(pod, "status.phase");
        boolean ready = false;
        for (JsonNode condition : pod.path("status").path("conditions")) {
            ready |= FieldPaths.text(condition, "type").equals("Ready")
                    && FieldPaths.text(condition, "status").equals("True");
        }
        return new PodView(
                FieldPaths.text(pod, "metadata.namespace"),
                FieldPaths.text(pod, "metadata.name"),
                FieldPaths.text(pod, "metadata.uid"),
                ServiceView.strings(pod.path("metadata").path("labels")),
                FieldPaths.text(pod, "status.podIP"),
                FieldPaths.text(spec, "nodeName"),
                FieldPaths.text(spec, "hostname"),
                FieldPaths.text(spec, "subdomain"),
                ready,
                !FieldPaths.text(pod, "metadata.deletionTimestamp").isEmpty(),
                phase.equals("Succeeded") || phase.equals("Failed"),
                ports(spec));
    }

    private static List<NamedPort> ports(JsonNode spec) {
        List<NamedPort> ports = new ArrayList<>();
        spec.path("containers").forEach(container -> addPorts(container, ports));
        for (JsonNode container : spec.path("initContainers")) {
            if (FieldPaths.text(container, "restartPolicy").equals("Always")) { // sidecars serve, too
                addPorts(container, ports);
            }
        }
        return ports;
    }

    private static void addPorts(JsonNode container, List<NamedPort> ports) {
        for (JsonNode port : container.path("ports")) {
            String name = FieldPaths.text(port, "name");
            if (!name.isEmpty()) {
                String protocol = FieldPaths.text(port, "protocol");
                ports.add(new NamedPort(
                        name,
                        protocol.isEmpty() ? "TCP" : protocol,
                        port.path("containerPort").asInt(0)));
            }
        }
    }

    /** The number of a Service port's target, as {@code FindPort} of {@code pkg/api/v1/pod/util.go} finds it. */
    OptionalInt target(ServiceView.Port port) {
        if (port.targetPort().chars().allMatch(Character::isDigit)) {
            return OptionalInt.of(Integer.parseInt(port.targetPort()));
        }
        return ports.stream()
                .filter(named -> named.name().equals(port.targetPort())
                        && named.protocol().equals(port.protocol()))
                .mapToInt(NamedPort::port)
                .findFirst();
    }

    /** The name below a Service that it asks for, or empty ({@code ShouldSetHostname} of {@code pkg/controller/util/endpoint}). */
    String hostnameBelow(ServiceView service) {
        return subdomain.equals(service.name()) ? hostname : "";
    }
}
