package io.i2kit.cloud.local.daemon.fabric;

import io.i2kit.cloud.model.LoadBalancer;
import java.util.List;

/**
 * One port of a {@link FabricService}.
 *
 * @param port 1 to 65535
 * @param backends the machines that take new connections; when there is none, clients are refused
 */
public record FabricPort(LoadBalancer.Protocol protocol, int port, List<Backend> backends) {
    public FabricPort {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        backends = List.copyOf(backends);
    }
}
