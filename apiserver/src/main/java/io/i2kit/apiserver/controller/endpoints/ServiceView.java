package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What endpoints depend on of a Service.
 *
 * @param selector empty when its endpoints are somebody else's business
 * @param headless whether it has no address of its own
 */
record ServiceView(
        String namespace,
        String name,
        String uid,
        Map<String, String> labels,
        Map<String, String> selector,
        boolean headless,
        boolean publishNotReady,
        List<Port> ports) {
    ServiceView {
        labels = Map.copyOf(labels);
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
    }

    /**
     * @param targetPort a number or a container port's name
     * @param appProtocol empty when not given
     */
    record Port(String name, String protocol, String targetPort, String appProtocol) {}

    static ServiceView of(StoredObject object) {
        return of(JsonMapper.shared().readTree(object.json()));
    }

    static ServiceView of(JsonNode service) {
        JsonNode spec = service.path("spec");
        boolean alias = FieldPaths.text(spec, "type").equals("ExternalName");
        List<Port> ports = new ArrayList<>();
        spec.path("ports").forEach(port -> ports.add(port(port)));
        return new ServiceView(
                FieldPaths.text(service, "metadata.namespace"),
                FieldPaths.text(service, "metadata.name"),
                FieldPaths.text(service, "metadata.uid"),
                strings(service.path("metadata").path("labels")),
                alias ? Map.of() : strings(spec.path("selector")),
                FieldPaths.text(spec, "clusterIP").equals("None"),
                spec.path("publishNotReadyAddresses").asBoolean(false),
                ports);
    }

    private static Port port(JsonNode port) {
        String target = FieldPaths.text(port, "targetPort");
        String protocol = FieldPaths.text(port, "protocol");
        return new Port(
                FieldPaths.text(port, "name"),
                protocol.isEmpty() ? "TCP" : protocol,
                target.isEmpty() || target.equals("0") ? FieldPaths.text(port, "port") : target,
                FieldPaths.text(port, "appProtocol"));
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new TreeMap<>();
        object.properties()
                .forEach(field -> strings.put(field.getKey(), field.getValue().asString("")));
        return strings;
    }

    boolean selects(PodView pod) {
        return !selector.isEmpty()
                && pod.namespace().equals(namespace)
                && pod.labels().entrySet().containsAll(selector.entrySet());
    }
}
