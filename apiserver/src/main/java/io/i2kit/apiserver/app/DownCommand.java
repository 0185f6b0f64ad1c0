package io.i2kit.apiserver.app;

import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.daemon.CloudDaemon;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code i2kit down}: ends the server, every machine and the embedded cloud of a data folder. Objects stay in the store. */
@Command(
        name = "down",
        description = "End the server, every machine and every process of a data folder. Its objects stay stored.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    private static final long SERVER_END_SECONDS = 20;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: ~/.i2kit).")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        DataFolder folder = DataFolder.of(data);
        if (!Files.isDirectory(folder.root())) {
            System.out.println("nothing to do: there is no data folder " + folder.root());
            return 0;
        }
        endServer(folder);
        try {
            LocalCloud.destroyAll(folder.root(), CloudDaemon::destroy);
            Files.deleteIfExists(folder.kubeconfig());
        } catch (CloudException | IOException e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
        System.out.println("every machine and process of " + folder.root() + " has ended; its objects stay stored");
        return 0;
    }

    private static void endServer(DataFolder folder) throws InterruptedException {
        ProcessHandle server = ServerLock.holder(folder);
        if (server == null) {
            return;
        }
        server.destroy();
        try {
            server.onExit().get(SERVER_END_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            server.destroyForcibly();
        } catch (ExecutionException e) {
            throw new UserError("the server (process " + server.pid() + ") could not be ended: " + e.getMessage(), e);
        }
    }
}
