package io.i2kit.cloud.local.daemon.fabric;

import java.net.Inet4Address;

/**
 * The addresses of a fabric. Machines have an address of the Pods' range, that range's prefix length and the gateway as their
 * default route, so that Services, which no machine owns, are reached through the switch.
 *
 * @param pods where machines' addresses come from
 * @param gateway the switch's own address, of the Pods' range
 * @param services where Service addresses come from
 * @param dns the name server's address, of the Services' range
 * @param clusterDomain the zone that the fabric answers for, without the final dot
 */
public record FabricNetwork(
        Ipv4Range pods, Inet4Address gateway, Ipv4Range services, Inet4Address dns, String clusterDomain) {
    public FabricNetwork {
        if (!pods.contains(gateway)) {
            throw new IllegalArgumentException("gateway " + gateway.getHostAddress() + " is outside of " + pods);
        }
        if (!services.contains(dns)) {
            throw new IllegalArgumentException("name server " + dns.getHostAddress() + " is outside of " + services);
        }
        if (pods.contains(services.base()) || services.contains(pods.base())) {
            throw new IllegalArgumentException("the ranges " + pods + " and " + services + " overlap");
        }
    }

    /** Kubernetes' customary ranges: Pods 10.244.0.0/16, Services 10.96.0.0/16, domain {@code cluster.local}. */
    public static FabricNetwork customary() {
        return new FabricNetwork(
                Ipv4Range.parse("10.244.0.0/16"),
                Inet4Address.ofLiteral("10.244.0.1"),
                Ipv4Range.parse("10.96.0.0/16"),
                Inet4Address.ofLiteral("10.96.0.10"),
                "cluster.local");
    }
}
