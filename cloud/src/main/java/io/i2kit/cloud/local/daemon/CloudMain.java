package io.i2kit.cloud.local.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The program of the embedded cloud's process: {@code --data DIR --images DIR [--memory MIB]}. The user's command line has
 * its own parser; this one keeps the process small.
 */
public final class CloudMain {
    private static final Set<String> OPTIONS = Set.of("--data", "--images", "--memory");
    private static final int USAGE = 64;

    private CloudMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        DaemonOptions options;
        try {
            options = parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(USAGE);
            return;
        }
        try {
            run(options);
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    /** Serves until it is told to end; a signal ends it too. Machines run on but after {@code shutdown(destroy)}. */
    public static void run(DaemonOptions options) throws IOException, InterruptedException {
        CloudDaemon daemon = CloudDaemon.start(options);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(daemon::close));
        daemon.await();
    }

    static DaemonOptions parse(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!OPTIONS.contains(arguments[i])) {
                throw new IllegalArgumentException("unknown flag: " + arguments[i]);
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("flag needs an argument: " + arguments[i]);
            }
            given.put(arguments[i], arguments[i + 1]);
        }
        String data = given.get("--data");
        String images = given.get("--images");
        if (data == null || images == null) {
            throw new IllegalArgumentException("--data and --images are required");
        }
        long memoryMebibytes = Long.parseLong(given.getOrDefault("--memory", "0"));
        return DaemonOptions.of(Path.of(data), Path.of(images)).withMemory(memoryMebibytes << 20);
    }
}
