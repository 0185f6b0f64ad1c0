package io.i2kit.apiserver.controller.endpoints;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code v1.Endpoints} of a Service: subsets of addresses that share their ports. The model is {@code syncService} of
 * {@code pkg/controller/endpoint/endpoints_controller.go} with {@code RepackSubsets} of {@code pkg/api/v1/endpoints/util.go}; the
 * order of subsets is our own, by port. Pure.
 */
final class EndpointsBuilder {
    private static final String MANAGED_BY_LABEL = "endpoints.kubernetes.io/managed-by";
    private static final String MANAGED_BY = "endpoint-controller";

    /** An address with whether it is ready; the same Pod can be both for no port. */
    private record Address(PodView pod, boolean ready) {}

    private EndpointsBuilder() {}

    /** Whether an object was made here. */
    static boolean isManaged(Map<String, String> labels) {
        return MANAGED_BY.equals(labels.get(MANAGED_BY_LABEL));
    }

    static Map<String, String> labels(ServiceView service) {
        Map<String, String> labels = new TreeMap<>(service.labels());
        labels.remove(ObjectReferences.HEADLESS_LABEL);
        if (service.headless()) {
            labels.put(ObjectReferences.HEADLESS_LABEL, "");
        }
        labels.put(MANAGED_BY_LABEL, MANAGED_BY);
        return labels;
    }

    /** @param pods those that the Service selects */
    static ArrayNode subsets(ServiceView service, Collection<PodView> pods) {
        Map<ObjectNode, List<Address>> byPort = new LinkedHashMap<>();
        pods.stream()
                .filter(pod -> isEndpoint(service, pod))
                .sorted(Comparator.comparing(PodView::address).thenComparing(PodView::uid))
                .forEach(pod -> addTo(byPort, service, pod));
        Map<List<Address>, List<ObjectNode>> portsByAddresses = new LinkedHashMap<>();
        byPort.forEach((port, addresses) -> portsByAddresses
                .computeIfAbsent(addresses, ignored -> new ArrayList<>())
                .add(port));
        ArrayNode subsets = ObjectReferences.object().arrayNode();
        portsByAddresses.entrySet().stream()
                .map(entry -> subset(service, entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(subset -> subset.path("ports").toString()))
                .forEach(subsets::add);
        return subsets;
    }

    /** {@code ShouldPodBeInEndpoints}: terminating Pods leave at once unless not-ready ones are published. */
    private static boolean isEndpoint(ServiceView service, PodView pod) {
        return !pod.finished() && !pod.address().isEmpty() && (!pod.terminating() || service.publishNotReady());
    }

    private static void addTo(Map<ObjectNode, List<Address>> byPort, ServiceView service, PodView pod) {
        Address address = new Address(pod, pod.ready() || service.publishNotReady());
        if (service.ports().isEmpty()) {
            byPort.computeIfAbsent(ObjectReferences.object(), ignored -> new ArrayList<>())
                    .add(address);
        }
        for (ServiceView.Port port : service.ports()) {
            OptionalInt number = pod.target(port);
            if (number.isPresent()) {
                ObjectNode node = ObjectReferences.port(port, number.getAsInt());
                if (port.name().isEmpty()) {
                    node.remove("name");
                }
                byPort.computeIfAbsent(node, ignored -> new ArrayList<>()).add(address);
            }
        }
    }

    private static ObjectNode subset(ServiceView service, List<Address> addresses, List<ObjectNode> ports) {
        ObjectNode subset = ObjectReferences.object();
        putAddresses(subset, "addresses", service, addresses, true);
        putAddresses(subset, "notReadyAddresses", service, addresses, false);
        List<ObjectNode> named = ports.stream().filter(port -> !port.isEmpty()).toList();
        if (!named.isEmpty()) {
            subset.putArray("ports").addAll(named);
        }
        return subset;
    }

    private static void putAddresses(
            ObjectNode subset, String field, ServiceView service, List<Address> addresses, boolean ready) {
        List<ObjectNode> chosen = addresses.stream()
                .filter(address -> address.ready() == ready)
                .map(address -> address(service, address.pod()))
                .toList();
        if (!chosen.isEmpty()) {
            subset.putArray(field).addAll(chosen);
        }
    }

    private static ObjectNode address(ServiceView service, PodView pod) {
        ObjectNode node = ObjectReferences.object().put("ip", pod.address());
        ObjectReferences.putUnlessEmpty(node, "hostname", pod.hostnameBelow(service));
        ObjectReferences.putUnlessEmpty(node, "nodeName", pod.nodeName());
        node.set("targetRef", ObjectReferences.targetOf(pod));
        return node;
    }
}
