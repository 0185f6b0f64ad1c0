package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.daemon.fabric.FabricNetwork;
import java.nio.file.Path;

/**
 * What the embedded cloud's process is told at its start.
 *
 * @param dataDirectory where state is kept, in its directory {@code cloud}
 * @param imagesDirectory where machine images are: {@code <name>/kernel} and {@code <name>/initrd.img}
 * @param memoryBytes what machines may have together; 0 for what is free at the start, less a reserve for the host
 */
public record DaemonOptions(
        Path dataDirectory,
        Path imagesDirectory,
        FabricNetwork network,
        long memoryBytes,
        String zone,
        Timings timings) {

    /** The options that nobody asked to change. */
    public static DaemonOptions of(Path dataDirectory, Path imagesDirectory) {
        return new DaemonOptions(
                dataDirectory, imagesDirectory, FabricNetwork.customary(), 0, "local", Timings.customary());
    }

    /** The same with a memory bound; 0 for none. */
    public DaemonOptions withMemory(long bytes) {
        return new DaemonOptions(dataDirectory, imagesDirectory, network, bytes, zone, timings);
    }
}
