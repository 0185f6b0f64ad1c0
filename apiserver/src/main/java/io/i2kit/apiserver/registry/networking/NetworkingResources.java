package io.i2kit.apiserver.registry.networking;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Support;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import java.util.Arrays;
import java.util.List;

/** Ingresses, their classes, NetworkPolicies, and whose the addresses of Services are. */
public final class NetworkingResources {
    private NetworkingResources() {}

    /**
     * In the order of discovery.
     *
     * @param allocator of the addresses that Services get
     */
    public static List<ResourceDefinition> all(ServiceAllocator allocator) {
        return List.of(
                ResourceDefinition.cluster(names("ingressclasses", "IngressClass"), new IngressClassStrategy())
                        .withColumns(NetworkingColumns.INGRESS_CLASSES)
                        .withSupport(Support.STORED),
                ResourceDefinition.namespaced(names("ingresses", "Ingress", "ing"), new IngressStrategy())
                        .withStatus()
                        .withColumns(NetworkingColumns.INGRESSES)
                        .withSupport(Support.STORED),
                ResourceDefinition.cluster(names("ipaddresses", "IPAddress", "ip"), new IpAddressStrategy(allocator))
                        .withColumns(NetworkingColumns.ADDRESSES),
                ResourceDefinition.namespaced(
                                names("networkpolicies", "NetworkPolicy", "netpol"), new NetworkPolicyStrategy())
                        .withColumns(NetworkingColumns.NETWORK_POLICIES)
                        .withSupport(Support.STORED),
                ResourceDefinition.cluster(names("servicecidrs", "ServiceCIDR"), new ServiceCidrStrategy())
                        .withStatus()
                        .withColumns(NetworkingColumns.SERVICE_RANGES));
    }

    private static ResourceNames names(String plural, String kind, String... shortNames) {
        return new ResourceNames("networking.k8s.io", "v1", plural, kind, Arrays.asList(shortNames), List.of());
    }
}
