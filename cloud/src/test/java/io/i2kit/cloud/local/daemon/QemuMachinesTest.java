package io.i2kit.cloud.local.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.local.DaemonCommand;
import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.LocalCloudOptions;
import io.i2kit.cloud.local.RuntimeDirectory;
import io.i2kit.cloud.local.daemon.qemu.ProcessTable;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.MachineMetadata.Agent;
import io.i2kit.cloud.model.MachineMetadata.Container;
import io.i2kit.cloud.model.MachineMetadata.Handler;
import io.i2kit.cloud.model.MachineMetadata.Owner;
import io.i2kit.cloud.model.MachineMetadata.Probe;
import io.i2kit.cloud.model.MachineMetadata.TcpSocket;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded cloud as users have it: its own process, QEMU, and a guest that boots. */
@Tag("machine")
class QemuMachinesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PORT = 8080;
    private static final Probe READINESS =
            new Probe(new Handler(null, null, new TcpSocket("", WebImage.PORT), null), 0, 1, 1, 1, 3);

    @TempDir
    Path data;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Path image;
    private LocalCloud cloud;

    @BeforeEach
    void start() throws Exception {
        image = WebImage.build();
        List<String> command =
                DaemonCommand.java(data, Objects.requireNonNull(image.getParent()), List.of("--memory", "1024"));
        cloud = new LocalCloud(
                new LocalCloudOptions(data, command, Duration.ofSeconds(20)),
                (image, progress) -> new ImageStatus.Pending("built beforehand"));
    }

    @AfterEach
    void end() {
        cloud.close();
        LocalCloud.destroyAll(data, CloudDaemon::destroy);
    }

    @Test
    void aMachineServesAndOutlivesTheCloudsProcess() throws Exception {
        putWeb(1);
        cloud.loadBalancers().putLoadBalancer(front());
        Instance first = awaitHealthy();
        assertThat(get()).isEqualTo(WebImage.PAGE);

        long daemon = daemonProcess();
        kill(daemon);
        assertThat(get()).as("after kill -9 of the cloud").isEqualTo(WebImage.PAGE);
        assertThat(daemonProcess()).isNotEqualTo(daemon);
        assertThat(instances()).extracting(Instance::id).containsExactly(first.id());
        assertThat(machineProcesses()).hasSize(1);

        kill(machineProcesses().getFirst());
        await(
                "a replacement serves",
                () -> healthy().stream().anyMatch(now -> !now.id().equals(first.id())));
        assertThat(get()).as("after kill -9 of the machine").isEqualTo(WebImage.PAGE);

        String second = healthy().getFirst().id();
        cloud.groups().terminate(List.of(second), true, Duration.ofSeconds(20));
        await("the machine powers itself off", () -> machineProcesses().isEmpty());
        // The cloud hears of the end a moment after the process is gone; until then the machine is on its way down.
        await(
                "the cloud noted the end",
                () -> instances().stream()
                        .filter(now -> now.id().equals(second))
                        .allMatch(now -> now.reason().equals("Terminated")));
    }

    @Test
    void destroyLeavesNothing() throws Exception {
        putWeb(1);
        await("a machine runs", () -> !machineProcesses().isEmpty());
        Path runtime = RuntimeDirectory.find(data).orElseThrow();
        cloud.close();
        kill(daemonProcess());
        LocalCloud.destroyAll(data, CloudDaemon::destroy);
        assertThat(machineProcesses()).isEmpty();
        assertThat(RuntimeDirectory.stateOf(data)).doesNotExist();
        assertThat(runtime).doesNotExist();
    }

    private void putWeb(int desired) {
        Container container = new Container(
                WebImage.CONTAINER,
                null,
                List.of(),
                null,
                false,
                false,
                false,
                List.of(),
                List.of(),
                0,
                0,
                0,
                null,
                READINESS,
                null,
                null,
                null,
                "/dev/termination-log",
                "File",
                "");
        MachineMetadata metadata = SampleMachines.metadata(
                "cluster",
                new Owner("ReplicaSet", "web", "uid-1"),
                new Agent("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=", "", 10250, 10256),
                "local",
                List.of(container));
        cloud.groups()
                .putTemplate(new LaunchTemplate(
                        "web",
                        image.getFileName().toString(),
                        Architecture.AMD64,
                        new MachineSize(96 << 20, 500, ""),
                        metadata,
                        Map.of()));
        cloud.groups().putGroup(new InstanceGroup("web", "web", desired, true, Map.of()));
    }

    private static LoadBalancer front() {
        Listener listener = new Listener("http", Protocol.TCP, PORT, 0, List.of(new Target("web", WebImage.PORT)));
        return new LoadBalancer(
                "front", "10.96.0.20", true, false, 0, List.of(listener), LoadBalancer.Settings.of(Map.of()));
    }

    private Instance awaitHealthy() throws Exception {
        await("a machine serves", () -> healthy().size() == 1);
        return healthy().getFirst();
    }

    private List<Instance> instances() {
        GroupStatus group = cloud.groups().describe(List.of("web")).getFirst();
        return group.instances();
    }

    private List<Instance> healthy() {
        return instances().stream().filter(Instance::healthy).toList();
    }

    private String get() throws Exception {
        LoadBalancerStatus status =
                cloud.loadBalancers().describeLoadBalancers(List.of("front")).getFirst();
        URI address = URI.create("http://" + status.hostname() + ":" + PORT + "/");
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private long daemonProcess() throws IOException {
        return ProcessTable.list().stream()
                .filter(entry -> entry.arguments().contains(DaemonCommand.MAIN_CLASS)
                        && entry.option("--data").equals(data.toString()))
                .mapToLong(ProcessTable.Entry::pid)
                .findFirst()
                .orElseThrow();
    }

    private List<Long> machineProcesses() throws IOException {
        return ProcessTable.list().stream()
                .filter(entry -> entry.option("-serial").contains(data.toString()))
                .map(ProcessTable.Entry::pid)
                .toList();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE + ": " + what + "; "
                        + cloud.groups().describe(List.of()));
            }
            Thread.sleep(50);
        }
    }
}
