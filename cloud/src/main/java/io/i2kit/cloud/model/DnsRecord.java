package io.i2kit.cloud.model;

import java.time.Duration;
import java.util.List;

/**
 * A name that machines of the cluster can resolve.
 *
 * @param name fully qualified, lower case, without the final dot, for example {@code web.default.svc.cluster.local}
 * @param type what {@link #values} holds
 * @param values IPv4 addresses; one canonical name; the name of a load balancer (and {@code name/port-name/protocol/port} for each
 *     SRV record); or groups (with optional {@code group/port-name/protocol/port} for SRV) whose ready machines answer
 */
public record DnsRecord(String name, Type type, List<String> values, Duration timeToLive) implements CloudResource {
    public DnsRecord {
        values = List.copyOf(values);
    }

    /** The kind of answer. */
    public enum Type {
        /** IPv4 addresses. */
        ADDRESS,
        /** One canonical name (ExternalName Services). */
        CANONICAL_NAME,
        /** One {@link LoadBalancer}'s name: its address. */
        LOAD_BALANCER,
        /** Names of {@link InstanceGroup}s: the addresses of their ready machines (headless Services). */
        GROUPS
    }
}
