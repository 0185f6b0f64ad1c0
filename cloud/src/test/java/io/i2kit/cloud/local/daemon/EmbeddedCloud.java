package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.Await;
import io.i2kit.cloud.local.LocalCloud;
import io.i2kit.cloud.local.LocalCloudOptions;
import io.i2kit.cloud.local.daemon.fabric.FabricNetwork;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.MachineMetadata.Agent;
import io.i2kit.cloud.model.MachineMetadata.Owner;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The embedded cloud with machines of a {@link FakeHypervisor}, in this JVM but reached over its socket. */
final class EmbeddedCloud implements AutoCloseable {
    static final Timings QUICK = new Timings(
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMinutes(10));

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final FakeHypervisor hypervisor = new FakeHypervisor();
    final RecordingFabric fabric = new RecordingFabric();
    final LocalCloud cloud;
    private final DaemonOptions options;
    private CloudDaemon daemon;

    EmbeddedCloud(Path data, long memoryMebibytes) throws IOException, InterruptedException {
        this(data, memoryMebibytes, QUICK);
    }

    EmbeddedCloud(Path data, long memoryMebibytes, Timings timings) throws IOException, InterruptedException {
        options = new DaemonOptions(
                data, data.resolve("images"), FabricNetwork.customary(), memoryMebibytes << 20, "local", timings);
        daemon = CloudDaemon.start(options, hypervisor, fabric);
        cloud = new LocalCloud(
                new LocalCloudOptions(data, List.of("false"), Duration.ofSeconds(10)),
                (image, progress) -> new ImageStatus.Pending("no images in this test"));
    }

    /** As after {@code kill -9} and a new start: nothing in memory is left, machines are. */
    void restartDaemon() throws IOException, InterruptedException {
        stopDaemon();
        startDaemon();
    }

    void stopDaemon() {
        daemon.close();
    }

    void startDaemon() throws IOException, InterruptedException {
        daemon = CloudDaemon.start(options, hypervisor, fabric);
    }

    void awaitEnd() throws InterruptedException {
        daemon.await();
    }

    static LaunchTemplate template(String name, int memoryMebibytes) {
        MachineMetadata metadata = SampleMachines.metadata(
                "cluster",
                new Owner("ReplicaSet", name, "uid-1"),
                new Agent("c2VjcmV0", "", FakeHypervisor.AGENT_PORT, FakeHypervisor.READY_PORT),
                "local",
                List.of());
        return new LaunchTemplate(
                name,
                "image-1",
                Architecture.AMD64,
                new MachineSize((long) memoryMebibytes << 20, 500, ""),
                metadata,
                Map.of("i2kit.io/cluster", "test"));
    }

    void putGroup(String name, int desired) {
        cloud.groups().putTemplate(template(name + "-template", 96));
        cloud.groups().putGroup(new InstanceGroup(name, name + "-template", desired, true, Map.of()));
    }

    GroupStatus group(String name) {
        return cloud.groups().describe(List.of(name)).getFirst();
    }

    List<Instance> in(String group, Instance.State state) {
        return group(group).instances().stream()
                .filter(instance -> instance.state() == state)
                .toList();
    }

    List<Instance> healthy(String group) {
        return group(group).instances().stream().filter(Instance::healthy).toList();
    }

    List<Instance> awaitHealthy(String group, int count) {
        await(count + " healthy machines", () -> healthy(group).size() == count);
        return healthy(group);
    }

    void await(String what, BooleanSupplier condition) {
        Await.until(what, PATIENCE, condition, () -> cloud.groups().describe(List.of()));
    }

    @Override
    public void close() {
        cloud.close();
        daemon.close();
        List.copyOf(hypervisor.machines.values()).forEach(FakeHypervisor.FakeMachine::kill);
    }
}
