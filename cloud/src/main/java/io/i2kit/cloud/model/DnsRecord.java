package io.i2kit.cloud.model;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

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

    /** The name, below this one, of a machine with an address. */
    public String machineName(String address) {
        return address.replace('.', '-') + "." + name;
    }

    /** The name of the SRV records of a port, by its own name and its transport. */
    public String portName(String port, String protocol) {
        return "_" + port + "._" + protocol.toLowerCase(Locale.ROOT) + "." + name;
    }

    /** An SRV record's value; priority and weight, which Kubernetes' DNS specification leaves open, are all alike. */
    public static String service(String port, String host) {
        return "0 100 " + port + " " + host;
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
