package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.registry.FieldPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Endpoints as EndpointSlices: one for each subset and kind of address. Pure. */
final class MirroredSlices {
    static final String MANAGED_BY = "endpointslicemirroring-controller.k8s.io";

    /** The controller manager's {@code --mirroring-max-endpoints-per-subset}. */
    private static final int MAXIMUM_ENDPOINTS = 1000;

    private static final List<String> ENDPOINT_FIELDS = List.of("hostname", "nodeName", "targetRef");

    private MirroredSlices() {}

    static boolean isManaged(JsonNode labels) {
        return labels.path(EndpointSlices.MANAGED_BY_LABEL).asString("").equals(MANAGED_BY);
    }

    /** Without names; empty ones are left out. */
    static List<ObjectNode> of(ObjectNode endpoints) {
        List<ObjectNode> slices = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            for (String type : List.of("IPv4", "IPv6")) {
                ArrayNode content = ObjectReferences.object().arrayNode();
                add(content, type, subset.path("addresses"), true);
                add(content, type, subset.path("notReadyAddresses"), false);
                if (!content.isEmpty()) {
                    slices.add(slice(endpoints, type, subset.path("ports"), content));
                }
            }
        }
        return slices;
    }

    private static void add(ArrayNode content, String type, JsonNode addresses, boolean ready) {
        for (JsonNode address : addresses) {
            String ip = address.path("ip").asString("");
            if (ip.contains(":") != type.equals("IPv6") || content.size() >= MAXIMUM_ENDPOINTS) {
                continue;
            }
            ObjectNode endpoint = content.addObject();
            endpoint.putArray("addresses").add(ip);
            endpoint.putObject("conditions").put("ready", ready);
            for (String field : ENDPOINT_FIELDS) {
                if (address.has(field)) {
                    endpoint.set(field, address.get(field));
                }
            }
        }
    }

    private static ObjectNode slice(ObjectNode endpoints, String type, JsonNode ports, ArrayNode content) {
        String name = FieldPaths.text(endpoints, "metadata.name");
        ObjectNode slice = ObjectReferences.object()
                .put("apiVersion", "discovery.k8s.io/v1")
                .put("kind", "EndpointSlice");
        ObjectNode metadata = slice.putObject("metadata");
        metadata.put("generateName", name + "-").put("namespace", FieldPaths.text(endpoints, "metadata.namespace"));
        ObjectNode labels = metadata.putObject("labels");
        endpoints.at("/metadata/labels").properties().forEach(label -> labels.set(label.getKey(), label.getValue()));
        labels.put(EndpointSlices.SERVICE_LABEL, name).put(EndpointSlices.MANAGED_BY_LABEL, MANAGED_BY);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Endpoints")
                .put("name", name)
                .put("uid", FieldPaths.text(endpoints, "metadata.uid"))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        slice.put("addressType", type);
        slice.set("endpoints", content);
        slice.set(
                "ports",
                ports.isArray() ? ports.deepCopy() : ObjectReferences.object().arrayNode());
        return slice;
    }

    /** A slice that exists is kept where kind of address and ports are the same. */
    static EndpointSlices.Plan plan(List<ObjectNode> wanted, List<ObjectNode> existing) {
        List<ObjectNode> left = new ArrayList<>(existing);
        List<ObjectNode> create = new ArrayList<>();
        List<ObjectNode> update = new ArrayList<>();
        for (ObjectNode slice : wanted) {
            Optional<ObjectNode> present =
                    left.stream().filter(one -> sameShape(one, slice)).findFirst();
            if (present.isEmpty()) {
                create.add(slice);
                continue;
            }
            left.remove(present.get());
            ObjectNode changed = present.get().deepCopy();
            changed.withObject("/metadata").set("labels", slice.at("/metadata/labels"));
            changed.set("endpoints", slice.path("endpoints"));
            if (!changed.equals(present.get())) {
                update.add(changed);
            }
        }
        return new EndpointSlices.Plan(
                create,
                update,
                left.stream()
                        .map(slice -> FieldPaths.text(slice, "metadata.name"))
                        .toList());
    }

    private static boolean sameShape(ObjectNode one, ObjectNode other) {
        return one.path("addressType").equals(other.path("addressType"))
                && ports(one).equals(ports(other));
    }

    /** The API gives every port a name and a protocol. */
    private static List<String> ports(ObjectNode slice) {
        List<String> ports = new ArrayList<>();
        slice.path("ports")
                .forEach(port -> ports.add(port.path("name").asString("") + "/"
                        + port.path("protocol").asString("TCP") + "/"
                        + port.path("port").asInt(0) + "/"
                        + port.path("appProtocol").asString("")));
        return ports;
    }
}
