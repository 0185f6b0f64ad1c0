package io.i2kit.cloud.model;

import java.time.Duration;

/**
 * A name outside of the cluster's own zone, by which anybody finds a Service. Such zones are shared: whoever has a name keeps it.
 *
 * @param hostname fully qualified, lower case, without the final dot; its first label may be {@code *}
 * @param resource who wants it, as external-dns writes it: {@code service/namespace/name}
 * @param type {@link DnsRecord.Type#LOAD_BALANCER} or {@link DnsRecord.Type#CANONICAL_NAME}
 * @param value the name of a {@link LoadBalancer}, or a canonical name
 * @param timeToLive of a canonical name; a load balancer's addresses have the cloud's own
 */
public record PublicName(String hostname, String resource, DnsRecord.Type type, String value, Duration timeToLive)
        implements CloudResource {
    /** Two Services that want one hostname are two resources, of which one waits. */
    @Override
    public String name() {
        return resource + "/" + hostname;
    }

    /** The hostname in a {@link #name}. */
    public static String hostnameOf(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The resource in a {@link #name}. */
    public static String resourceOf(String name) {
        return name.substring(0, name.lastIndexOf('/'));
    }
}
