package io.i2kit.apiserver.controller.endpoints;

import io.i2kit.apiserver.registry.FieldPaths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * EndpointSlices of a Service: what to create, change and delete of those that exist. Endpoints stay in the slice that has them,
 * new ones fill slices with room, so that a change of one Pod changes one slice. The model is
 * {@code staging/src/k8s.io/endpointslice/reconciler.go}. Pure.
 */
final class EndpointSlices {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";
    static final String MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGED_BY = "endpointslice-controller.k8s.io";

    /** The controller manager's {@code --max-endpoints-per-slice}. */
    static final int MAXIMUM_ENDPOINTS = 100;

    private static final String ADDRESS_TYPE = "IPv4";

    private final ServiceView service;
    private final List<ObjectNode> create = new ArrayList<>();
    private final List<ObjectNode> update = new ArrayList<>();
    private final List<ObjectNode> unneeded = new ArrayList<>();

    private EndpointSlices(ServiceView service) {
        this.service = service;
    }

    /**
     * @param create without name
     * @param update whole objects
     * @param delete names
     */
    record Plan(List<ObjectNode> create, List<ObjectNode> update, List<String> delete) {
        Plan {
            create = List.copyOf(create);
            update = List.copyOf(update);
            delete = List.copyOf(delete);
        }
    }

    /**
     * @param pods those that the Service selects
     * @param existing slices that this controller made for the Service; not changed
     * @param zones a node's zone, or empty
     */
    static Plan plan(
            ServiceView service, Collection<PodView> pods, List<ObjectNode> existing, UnaryOperator<String> zones) {
        return new EndpointSlices(service).plan(pods, existing, zones);
    }

    static boolean isManaged(JsonNode slice) {
        return slice.path("metadata")
                .path("labels")
                .path(MANAGED_BY_LABEL)
                .asString("")
                .equals(MANAGED_BY);
    }

    private Plan plan(Collection<PodView> pods, List<ObjectNode> existing, UnaryOperator<String> zones) {
        Map<ArrayNode, Map<String, ObjectNode>> wanted = new LinkedHashMap<>();
        pods.stream()
                .filter(pod -> !pod.finished() && !pod.address().isEmpty())
                .sorted(Comparator.comparing(PodView::address).thenComparing(PodView::uid))
                .forEach(pod -> wanted.computeIfAbsent(portsOf(pod), ignored -> new LinkedHashMap<>())
                        .put(pod.uid(), endpoint(pod, zones)));
        Map<ArrayNode, List<ObjectNode>> slices = new LinkedHashMap<>();
        for (ObjectNode slice : existing) {
            if (slice.path("addressType").asString("").equals(ADDRESS_TYPE)) {
                slices.computeIfAbsent(portsOf(slice), ignored -> new ArrayList<>())
                        .add(slice);
            } else {
                unneeded.add(slice);
            }
        }
        wanted.forEach((ports, endpoints) -> {
            List<ObjectNode> having = slices.remove(ports);
            distribute(ports, endpoints, having == null ? List.of() : having);
        });
        slices.values().forEach(unneeded::addAll);
        if (wanted.isEmpty()) {
            keepPlaceholder();
        }
        return new Plan(
                create,
                update,
                unneeded.stream()
                        .map(slice -> FieldPaths.text(slice, "metadata.name"))
                        .toList());
    }

    private static ArrayNode noPorts() {
        return ObjectReferences.object().arrayNode();
    }

    private ArrayNode portsOf(PodView pod) {
        ArrayNode ports = noPorts();
        for (ServiceView.Port port : service.ports()) {
            OptionalInt number = pod.target(port);
            if (number.isPresent()) {
                ports.add(ObjectReferences.port(port, number.getAsInt()));
            }
        }
        return ports;
    }

    private static ArrayNode portsOf(ObjectNode slice) {
        return slice.path("ports") instanceof ArrayNode ports ? ports : noPorts();
    }

    private ObjectNode endpoint(PodView pod, UnaryOperator<String> zones) {
        ObjectNode endpoint = ObjectReferences.object();
        endpoint.putArray("addresses").add(pod.address());
        endpoint.putObject("conditions")
                .put("ready", service.publishNotReady() || pod.ready() && !pod.terminating())
                .put("serving", pod.ready())
                .put("terminating", pod.terminating());
        ObjectReferences.putUnlessEmpty(endpoint, "hostname", pod.hostnameBelow(service));
        ObjectReferences.putUnlessEmpty(endpoint, "nodeName", pod.nodeName());
        endpoint.set("targetRef", ObjectReferences.targetOf(pod));
        if (!pod.nodeName().isEmpty()) {
            ObjectReferences.putUnlessEmpty(endpoint, "zone", zones.apply(pod.nodeName()));
        }
        return endpoint;
    }

    /** Endpoints by Pod uid over slices of one set of ports. */
    private void distribute(ArrayNode ports, Map<String, ObjectNode> endpoints, List<ObjectNode> slices) {
        Map<String, ObjectNode> left = new LinkedHashMap<>(endpoints);
        Map<ObjectNode, ArrayNode> contents = new LinkedHashMap<>();
        for (ObjectNode slice : slices) {
            ArrayNode kept = noPorts();
            for (JsonNode endpoint : slice.path("endpoints")) {
                ObjectNode now = left.remove(FieldPaths.text(endpoint, "targetRef.uid"));
                if (now != null) {
                    kept.add(now);
                }
            }
            contents.put(slice, kept);
        }
        List<ObjectNode> waiting = new ArrayList<>(left.values());
        for (ArrayNode content : contents.values()) {
            fill(content, waiting);
        }
        while (!waiting.isEmpty()) {
            ArrayNode content = noPorts();
            fill(content, waiting);
            create.add(slice(ports, content));
        }
        contents.forEach((slice, content) -> {
            if (content.isEmpty()) {
                unneeded.add(slice);
            } else {
                change(slice, ports, content);
            }
        });
    }

    private static void fill(ArrayNode content, List<ObjectNode> waiting) {
        while (content.size() < MAXIMUM_ENDPOINTS && !waiting.isEmpty()) {
            content.add(waiting.removeFirst());
        }
    }

    /** A Service without endpoints keeps one empty slice, so that readers see that it was looked at. */
    private void keepPlaceholder() {
        ObjectNode kept = unneeded.stream()
                .filter(slice -> slice.path("addressType").asString("").equals(ADDRESS_TYPE))
                .findFirst()
                .orElse(null);
        if (kept == null) {
            create.add(slice(noPorts(), noPorts()));
        } else {
            unneeded.remove(kept);
            change(kept, noPorts(), noPorts());
        }
    }

    private void change(ObjectNode slice, ArrayNode ports, ArrayNode endpoints) {
        ObjectNode changed = slice.deepCopy();
        changed.withObject("/metadata").set("labels", labels());
        changed.set("ports", ports);
        changed.set("endpoints", endpoints);
        if (!changed.equals(slice)) {
            update.add(changed);
        }
    }

    private ObjectNode slice(ArrayNode ports, ArrayNode endpoints) {
        ObjectNode slice = ObjectReferences.object()
                .put("apiVersion", "discovery.k8s.io/v1")
                .put("kind", "EndpointSlice");
        ObjectNode metadata = slice.putObject("metadata");
        metadata.put("generateName", service.name() + "-").put("namespace", service.namespace());
        metadata.set("labels", labels());
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Service")
                .put("name", service.name())
                .put("uid", service.uid())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        slice.put("addressType", ADDRESS_TYPE);
        slice.set("endpoints", endpoints);
        slice.set("ports", ports);
        return slice;
    }

    private ObjectNode labels() {
        Map<String, String> labels = new TreeMap<>(service.labels());
        labels.remove(ObjectReferences.HEADLESS_LABEL);
        if (service.headless()) {
            labels.put(ObjectReferences.HEADLESS_LABEL, "");
        }
        labels.put(SERVICE_LABEL, service.name());
        labels.put(MANAGED_BY_LABEL, MANAGED_BY);
        ObjectNode node = ObjectReferences.object();
        labels.forEach(node::put);
        return node;
    }
}
