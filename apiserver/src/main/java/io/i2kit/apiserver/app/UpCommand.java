package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.ImageFormat;
import io.i2kit.cloud.image.Images;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code i2kit up}: the server in the foreground. Ctrl-C ends the server; machines run on. */
@Command(
        name = "up",
        description = {
            "Run the server in the foreground.",
            "Ctrl-C ends the server; machines keep serving until 'i2kit down' ends them."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    /** After it the controllers have seen every object once. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private static final Duration HEAP_LOOK = Duration.ofSeconds(2);

    /** Where machines run. */
    enum CloudKind {
        local,
        aws
    }

    @Option(
            names = "--cloud",
            description = "Where machines run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "local")
    private CloudKind cloud = CloudKind.local;

    @Option(
            names = "--aws-name",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "With --cloud aws: the installation that 'aws init' made (default: ${DEFAULT-VALUE}).")
    private String awsName = "default";

    @Option(
            names = "--aws-region",
            paramLabel = "REGION",
            description = "With --cloud aws: the region (default: AWS_REGION).")
    private @Nullable String awsRegion;

    @Option(
            names = "--no-backup",
            description = {
                "With --cloud aws: keep no backup of objects, Secrets and keys in the installation's bucket.",
                "A server that loses its data folder cannot be followed by 'aws adopt' then."
            })
    private boolean withoutBackup;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: ~/.i2kit).")
    private @Nullable Path data;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = ListenAddress.Converter.class,
            defaultValue = "127.0.0.1:6443",
            description = "Where the API listens (default: ${DEFAULT-VALUE}; port 0: a free one).")
    private ListenAddress listen = new ListenAddress("127.0.0.1", 6443);

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Where to write the kubeconfig (default: kubeconfig in the data folder).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--merge-kubeconfig",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Also add the context 'i2kit' to your own kubeconfig (default: $KUBECONFIG or ~/.kube/config).")
    private @Nullable String merge;

    @Mixin
    private AccessFlags access = new AccessFlags();

    @Mixin
    private ImageOptions imageOptions = new ImageOptions();

    @Option(
            names = "--machine-memory",
            paramLabel = "MIB",
            description = "Memory that machines may have together (default: what is free, less a reserve).")
    private long machineMemoryMebibytes;

    @Option(
            names = "--refuse-unsupported",
            description = "Refuse objects of kinds that nothing acts on yet, instead of storing them with a warning.")
    private boolean refuseUnsupported;

    @Option(
            names = "--no-controllers",
            description = "Serve the API only, as kube-apiserver alone: objects are stored, and nothing acts on them.")
    private boolean apiOnly;

    @Option(
            names = "--no-machines",
            description =
                    "Run the controllers but no machine: Pods are made and stay Pending. For trying out manifests.")
    private boolean withoutMachines;

    @Option(
            names = "--shutdown-delay",
            paramLabel = "SECONDS",
            description =
                    "How long the server still serves at its end while /readyz fails (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private long shutdownDelaySeconds;

    @Override
    public Integer call() throws InterruptedException {
        DataFolder folder = DataFolder.of(data).create();
        try (ServerLock lock = ServerLock.take(folder)) {
            LocalServer.Options options =
                    new LocalServer.Options(folder, listen, access, images(), refuseUnsupported, machines());
            LocalServer server = LocalServer.start(options);
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                end(server);
                ended.countDown();
            }));
            Path file = writeKubeconfig(folder, server.kubeconfig());
            System.out.println(
                    "i2kit serves the Kubernetes API at " + server.url() + "; use it with: export KUBECONFIG=" + file);
            System.out.flush();
            if (!apiOnly && !withoutMachines) {
                server.startControllers();
            } else if (!apiOnly) {
                server.startObjectControllers();
            }
            HeapBound heap = HeapBound.own();
            Duration interval = SETTLED;
            while (!ended.await(interval.toSeconds(), TimeUnit.SECONDS)) {
                heap.look(interval);
                interval = HEAP_LOOK;
            }
        }
        return 0;
    }

    /** EC2 boots disks. */
    private Images.Settings images() {
        Images.Settings settings = imageOptions.settings();
        return cloud == CloudKind.aws ? settings.with(ImageFormat.DISK) : settings;
    }

    private MachineCloud.Factory machines() {
        return switch (cloud) {
            case local -> LocalMachines.factory(machineMemoryMebibytes);
            case aws -> AwsMachines.factory(awsName, AwsMachines.region(awsRegion), !withoutBackup);
        };
    }

    private void end(LocalServer server) {
        server.announceEnd();
        try {
            TimeUnit.SECONDS.sleep(shutdownDelaySeconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }

    private Path writeKubeconfig(DataFolder folder, Kubeconfig ours) {
        Path file = kubeconfig != null ? kubeconfig.toAbsolutePath() : folder.kubeconfig();
        ours.write(file);
        if (merge != null) {
            Path own = merge.isEmpty() ? usersKubeconfig() : Path.of(merge);
            ours.mergeInto(own);
            System.out.println("merged the context " + ours.name() + " into " + own);
        }
        return file;
    }

    /** The file that kubectl would write to: the first of $KUBECONFIG, else ~/.kube/config. */
    private static Path usersKubeconfig() {
        String given = System.getenv("KUBECONFIG");
        if (given != null && !given.isEmpty()) {
            return Path.of(given.split(":", 2)[0]);
        }
        return Path.of(System.getProperty("user.home"), ".kube", "config");
    }
}
