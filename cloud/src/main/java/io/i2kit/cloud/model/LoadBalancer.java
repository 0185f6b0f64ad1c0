package io.i2kit.cloud.model;

import java.util.List;
import java.util.Map;

/**
 * One Service's address and the machines behind it. Machines of an attached group join when their guest's {@code /ready}
 * answers 200 and leave before they stop, without the i2kit server having a hand in it.
 *
 * @param address the Service address inside the cluster (ClusterIP), or empty where the cloud chooses
 * @param external whether the host (embedded cloud) or the internet (AWS) reaches it too
 * @param publishNotReady whether machines count before they are ready
 * @param clientAffinity seconds for which a client stays with its machine; 0 for none
 * @param settings tags, restrictions and what only some clouds know
 */
public record LoadBalancer(
        String name,
        String address,
        boolean external,
        boolean publishNotReady,
        int clientAffinity,
        List<Listener> listeners,
        Settings settings)
        implements CloudResource {
    public LoadBalancer {
        listeners = List.copyOf(listeners);
        // Records that a former version wrote have none.
        settings = settings == null ? Settings.of(Map.of()) : settings;
    }

    /**
     * What a cloud may act on besides; one that does not says so in {@link LoadBalancerStatus#problem}.
     *
     * @param tags of the cloud's things, for finding them again
     * @param sourceRanges IPv4 ranges ({@code 10.0.0.0/8}) of the clients that are let in; empty: all
     * @param options of one cloud by the names that its users know, without their common prefix: on AWS {@code ssl-cert} for the
     *     annotation {@code service.beta.kubernetes.io/aws-load-balancer-ssl-cert}
     */
    public record Settings(Map<String, String> tags, List<String> sourceRanges, Map<String, String> options) {
        public Settings {
            tags = Map.copyOf(tags);
            sourceRanges = List.copyOf(sourceRanges);
            options = Map.copyOf(options);
        }

        /** Nothing but tags. */
        public static Settings of(Map<String, String> tags) {
            return new Settings(tags, List.of(), Map.of());
        }
    }

    /** The transport of a listener. */
    public enum Protocol {
        TCP,
        UDP
    }

    /**
     * @param name the Service port's name, or empty
     * @param port the port that clients use
     * @param nodePort the port on the host's loopback address as well, or 0
     * @param targets which groups serve it, and on which port each
     */
    public record Listener(String name, Protocol protocol, int port, int nodePort, List<Target> targets) {
        public Listener {
            targets = List.copyOf(targets);
        }
    }

    /**
     * @param group name of an {@link InstanceGroup}, also of another stack
     * @param port the port that the machine's container listens on
     */
    public record Target(String group, int port) {}
}
