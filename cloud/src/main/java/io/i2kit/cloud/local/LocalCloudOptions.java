package io.i2kit.cloud.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Which embedded cloud, and how it is started.
 *
 * @param daemonCommand the program and its arguments, run in a session of its own when the cloud does not run; see
 *     {@link DaemonCommand}
 * @param patience how long a call waits for the cloud to start or to come back
 */
public record LocalCloudOptions(Path dataDirectory, List<String> daemonCommand, Duration patience) {
    public LocalCloudOptions {
        daemonCommand = List.copyOf(daemonCommand);
    }

    /** The cloud of a data directory, started from the same jars as this process. */
    public static LocalCloudOptions of(Path dataDirectory, Path imagesDirectory) {
        return new LocalCloudOptions(
                dataDirectory, DaemonCommand.java(dataDirectory, imagesDirectory, List.of()), Duration.ofSeconds(20));
    }
}
