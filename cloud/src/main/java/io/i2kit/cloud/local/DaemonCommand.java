package io.i2kit.cloud.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of the embedded cloud's process. */
public final class DaemonCommand {
    /** The class whose {@code main} it runs. */
    public static final String MAIN_CLASS = "io.i2kit.cloud.local.daemon.CloudMain";

    /** A small process: it shares its host's memory with the machines. */
    private static final List<String> JVM = List.of(
            "-Xms12m",
            "-Xmx48m",
            "-Xss256k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=24m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20",
            "-Djdk.nio.maxCachedBufferSize=65536",
            "--enable-native-access=ALL-UNNAMED");

    private DaemonCommand() {}

    /**
     * With the JVM and the class path of this process.
     *
     * @param more further arguments, as {@code CloudMain} reads them
     */
    public static List<String> java(Path dataDirectory, Path imagesDirectory, List<String> more) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS));
        command.addAll(List.of("--data", dataDirectory.toAbsolutePath().toString()));
        command.addAll(List.of("--images", imagesDirectory.toAbsolutePath().toString()));
        command.addAll(more);
        return command;
    }
}
