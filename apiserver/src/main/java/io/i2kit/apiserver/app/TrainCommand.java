package io.i2kit.apiserver.app;

import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.daemon.CloudDaemon;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code i2kit train}: starts a server on a folder of its own, uses it as kubectl does, and ends. The launcher runs it once after a
 * build with {@code -XX:AOTCacheOutput}, so that the JVM records which classes a server needs (JEP 483, 514 and 515).
 */
@Command(
        name = "train",
        hidden = true,
        description = "Use a server for a moment; the launcher makes the AOT cache of it.")
final class TrainCommand implements Callable<Integer> {
    private static final ListenAddress ANY_PORT = new ListenAddress("127.0.0.1", 0);

    @Option(
            names = "--prepare",
            paramLabel = "DIR",
            description = "Only make the certificates and the store of a folder.")
    private @Nullable Path prepare;

    @Option(names = "--use", paramLabel = "KUBECONFIG", description = "Only use a server as kubectl does.")
    private @Nullable Path use;

    @Override
    public Integer call() throws Exception {
        if (prepare != null) {
            prepare(new DataFolder(prepare));
            return 0;
        }
        if (use != null) {
            new TrainingClient(Kubeconfig.read(use)).run();
            return 0;
        }
        DataFolder folder = new DataFolder(Files.createTempDirectory("i2kit-train"));
        try {
            prepareElsewhere(folder);
            serve(folder);
        } finally {
            DurableFiles.deleteTree(folder.root());
        }
        return 0;
    }

    private static void prepare(DataFolder folder) throws IOException, GeneralSecurityException {
        NodeProxy nobody = NodeProxy.none("there are no machines");
        try (ApiFront front = ApiFront.start(folder, ANY_PORT, new AccessFlags(), false, nobody)) {
            front.kubeconfig().write(folder.kubeconfig());
            GuestIdentity.of(front.authority());
        }
    }

    /**
     * Classes that make certificates come from signed jars, which an AOT cache does not hold, and recording what uses them makes
     * every start open those jars.
     */
    private static void prepareElsewhere(DataFolder folder) throws IOException, InterruptedException {
        trainElsewhere("--prepare", folder.root());
    }

    /** The client's classes are not the server's: recorded, each start would load them. */
    private static void useElsewhere(DataFolder folder) throws IOException, InterruptedException {
        trainElsewhere("--use", folder.kubeconfig());
    }

    private static void trainElsewhere(String option, Path file) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                option,
                file.toString());
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new UserError("train " + option + " " + file + " failed: exit code " + exit);
        }
    }

    private static void serve(DataFolder folder) throws Exception {
        try (ServerLock lock = ServerLock.take(folder);
                LocalServer server = start(folder)) {
            server.kubeconfig().write(folder.kubeconfig());
            startControllers(server);
            useElsewhere(folder);
        } finally {
            LocalCloud.destroyAll(folder.root(), CloudDaemon::destroy);
        }
    }

    private static LocalServer start(DataFolder folder) {
        return LocalServer.start(new LocalServer.Options(
                folder,
                ANY_PORT,
                new AccessFlags(),
                Images.Settings.of(DataFolder.cache(), Map.of()),
                false,
                LocalMachines.factory(0)));
    }

    /** A host whose embedded cloud does not start yet has a slower start of the controllers only. */
    private static void startControllers(LocalServer server) {
        try {
            server.startControllers();
        } catch (UserError | CloudException e) {
            System.err.println("i2kit: trained without controllers: " + e.getMessage());
        }
    }
}
