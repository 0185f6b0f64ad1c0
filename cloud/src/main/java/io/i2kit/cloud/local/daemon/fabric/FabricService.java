package io.i2kit.cloud.local.daemon.fabric;

import java.net.Inet4Address;
import java.util.List;

/**
 * A Service's address and what is behind it.
 *
 * @param name for logs
 * @param address of the Services' range; ports that are not listed refuse connections
 * @param clientAffinitySeconds how long after its last connection a client stays with its backend; 0 for none
 */
public record FabricService(String name, Inet4Address address, List<FabricPort> ports, int clientAffinitySeconds) {
    public FabricService {
        ports = List.copyOf(ports);
    }
}
