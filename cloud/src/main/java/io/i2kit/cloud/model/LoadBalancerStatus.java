package io.i2kit.cloud.model;

import java.util.List;

/**
 * What the cloud knows of one load balancer.
 *
 * @param address the address inside the cluster, or empty while it has none
 * @param hostname the DNS name or host address that clients outside use, or empty
 * @param ports where the host reaches each listener
 * @param problem why it does not serve, or empty
 */
public record LoadBalancerStatus(
        String name, String address, String hostname, List<ExternalPort> ports, String problem) {
    public LoadBalancerStatus {
        ports = List.copyOf(ports);
    }

    /**
     * @param port the listener's port
     * @param actualPort the port that is really open outside; differs where a low port was refused
     */
    public record ExternalPort(int port, int actualPort, String error) {}
}
