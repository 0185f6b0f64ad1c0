package io.i2kit.cloud.local.daemon.fabric;

import java.net.Inet4Address;

/**
 * Where a Service's connections go.
 *
 * @param address a machine's
 * @param port the port that its container listens on, 1 to 65535
 */
public record Backend(Inet4Address address, int port) {
    public Backend {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }
}
