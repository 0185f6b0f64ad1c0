package io.i2kit.apiserver.registry.discovery;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** EndpointSlices. */
public final class DiscoveryResources {
    private static final int SHOWN = 3;

    private DiscoveryResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names =
                new ResourceNames("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", List.of(), List.of());
        return List.of(ResourceDefinition.namespaced(names, new EndpointSliceStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "AddressType",
                                "Kind of its addresses.",
                                slice -> slice.path("addressType").asString("")),
                        Column.text("Ports", "Ports of each endpoint.", DiscoveryResources::ports),
                        Column.text("Endpoints", "Addresses of the endpoints.", DiscoveryResources::endpoints),
                        Column.age())));
    }

    private static String ports(JsonNode slice) {
        List<String> ports = new ArrayList<>();
        slice.path("ports")
                .forEach(port ->
                        ports.add(port.path("port").asString(port.path("name").asString("*"))));
        return ports.isEmpty() ? "<unset>" : cut(ports);
    }

    private static String endpoints(JsonNode slice) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode endpoint : slice.path("endpoints")) {
            endpoint.path("addresses").forEach(address -> addresses.add(address.asString("")));
        }
        return addresses.isEmpty() ? "<unset>" : cut(addresses);
    }

    private static String cut(List<String> values) {
        String text = String.join(",", values.subList(0, Math.min(SHOWN, values.size())));
        return values.size() > SHOWN ? text + " + " + (values.size() - SHOWN) + " more..." : text;
    }
}
