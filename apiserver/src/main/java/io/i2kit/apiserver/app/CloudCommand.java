package io.i2kit.apiserver.app;

import io.i2kit.cloud.local.daemon.CloudDaemon;
import io.i2kit.cloud.local.daemon.DaemonOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code i2kit cloud}: the embedded cloud's own process in the foreground; {@code up} starts it by itself when needed. */
@Command(
        name = "cloud",
        description = "Run the embedded cloud of a data folder in the foreground ('up' starts it when needed).",
        mixinStandardHelpOptions = true)
final class CloudCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: ~/.i2kit).")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        DataFolder folder = DataFolder.of(data).create();
        try (CloudDaemon daemon = CloudDaemon.start(
                DaemonOptions.of(folder.root(), DataFolder.cache().resolve("images")))) {
            Runtime.getRuntime().addShutdownHook(new Thread(daemon::close));
            daemon.await();
            return 0;
        } catch (IOException e) {
            throw new UserError("the embedded cloud cannot start: " + e.getMessage(), e);
        }
    }
}
