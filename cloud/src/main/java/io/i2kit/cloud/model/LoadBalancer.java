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
 */
public record LoadBalancer(
        String name,
        String address,
        boolean external,
        boolean publishNotReady,
        int clientAffinity,
        List<Listener> listeners,
        Map<String, String> tags)
        implements CloudResource {
    public LoadBalancer {
        listeners = List.copyOf(listeners);
        tags = Map.copyOf(tags);
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
