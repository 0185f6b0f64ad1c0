package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Endpoints and EndpointSlice of the Service {@code default/kubernetes}: where this server is reached. As
 * {@code pkg/controlplane/reconcilers} of kube-apiserver keeps them; one server writes them, so there is one address.
 */
public final class KubernetesEndpoints {
    private static final String NAMESPACE = "default";
    private static final String NAME = "kubernetes";
    private static final String ENDPOINTS = "endpoints";
    private static final String SLICES = "discovery.k8s.io/endpointslices";

    private KubernetesEndpoints() {}

    /** @param address IPv4 or IPv6, not a loopback one */
    public static void put(Registry registry, String address, int port) {
        // The slice is written here: nobody shall make another of the Endpoints.
        ObjectNode endpoints = labelled("endpointslice.kubernetes.io/skip-mirror", "true");
        ObjectNode subset = endpoints.putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", address);
        port(subset, port);
        put(registry, ENDPOINTS, endpoints);

        ObjectNode slice = labelled("kubernetes.io/service-name", NAME);
        slice.put("addressType", address.indexOf(':') >= 0 ? "IPv6" : "IPv4");
        ObjectNode endpoint = slice.putArray("endpoints").addObject();
        endpoint.putArray("addresses").add(address);
        endpoint.putObject("conditions").put("ready", true);
        port(slice, port);
        put(registry, SLICES, slice);
    }

    /** Where only this host reaches the server there is none. */
    public static void remove(Registry registry) {
        for (String resource : List.of(ENDPOINTS, SLICES)) {
            registry.objects().delete(key(registry, resource), DeleteOptions.DEFAULT, List.of());
        }
    }

    private static ObjectNode labelled(String label, String value) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", NAME).putObject("labels").put(label, value);
        return object;
    }

    private static void port(ObjectNode parent, int port) {
        parent.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", port)
                .put("protocol", "TCP");
    }

    private static ObjectKey key(Registry registry, String resource) {
        return registry.table().stored(resource).key(NAMESPACE, NAME);
    }

    private static void put(Registry registry, String resource, ObjectNode wanted) {
        registry.objects().put(resource, key(registry, resource), wanted);
    }
}
