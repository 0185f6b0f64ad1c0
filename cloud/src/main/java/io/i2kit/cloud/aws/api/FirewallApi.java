package io.i2kit.cloud.aws.api;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Security groups of Amazon EC2 that let clients in by their address, or by a group that they have. */
public interface FirewallApi {
    /** Those with this tag. */
    List<Firewall> firewalls(String tag, String value);

    /**
     * One that lets nobody in yet. Returns its id.
     *
     * @throws AwsException {@code InvalidGroup.Duplicate}
     */
    String createFirewall(String name, String vpcId, Map<String, String> tags);

    /** Lets in whoever has an address of these ranges, by any protocol and port. */
    void allow(String id, Collection<String> ranges);

    /** Takes back {@link #allow}. */
    void revoke(String id, Collection<String> ranges);

    /** Which groups a group lets in. */
    List<String> admitted(String id);

    /**
     * Lets in, by any protocol and port, what comes from interfaces that have another group. What a load balancer passes on counts as
     * from its own interfaces, whatever address it shows (Elastic Load Balancing, "Update the security groups for your Network Load
     * Balancer").
     */
    void admit(String id, String group);

    /** Takes back {@link #admit}. */
    void expel(String id, String group);

    /** An unknown one is no error; {@code DependencyViolation} while something uses it, as another group's rule does. */
    void deleteFirewall(String id);

    /** A security group as it is. */
    record Firewall(String id, String name, List<String> ranges, Map<String, String> tags) {
        public Firewall {
            ranges = List.copyOf(ranges);
            tags = Map.copyOf(tags);
        }
    }
}
