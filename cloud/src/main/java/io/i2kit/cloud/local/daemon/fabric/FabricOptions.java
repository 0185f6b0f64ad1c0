package io.i2kit.cloud.local.daemon.fabric;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What bounds a fabric and whom it asks.
 *
 * @param maximumFlows how many translated connections are remembered; more evict the one that matters least
 * @param queueBytes how many octets of frames wait for one machine before frames are dropped; a power of two
 * @param resolvers the name servers for names outside of the cluster's domain, asked for each such question
 */
public record FabricOptions(int maximumFlows, int queueBytes, Supplier<List<InetSocketAddress>> resolvers) {
    /** About 30 MB of memory when full. */
    public static final int DEFAULT_MAXIMUM_FLOWS = 65_536;

    /** Four times a customary TCP window, per machine. */
    public static final int DEFAULT_QUEUE_BYTES = 256 * 1_024;

    public FabricOptions {
        if (maximumFlows < 1) {
            throw new IllegalArgumentException("maximumFlows is " + maximumFlows);
        }
        if (queueBytes <= SwitchPort.MAXIMUM_FRAME_BYTES || Integer.bitCount(queueBytes) != 1) {
            throw new IllegalArgumentException(
                    "queueBytes is " + queueBytes + ": not a power of two that holds the largest frame");
        }
    }

    /** The host's own resolvers and the default bounds. */
    public static FabricOptions defaults() {
        return new FabricOptions(
                DEFAULT_MAXIMUM_FLOWS, DEFAULT_QUEUE_BYTES, new HostResolvers(Path.of("/etc/resolv.conf")));
    }
}
