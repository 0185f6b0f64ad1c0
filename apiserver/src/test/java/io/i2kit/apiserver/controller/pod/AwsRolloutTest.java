package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import io.i2kit.cloud.agent.GuestException;
import io.i2kit.cloud.aws.AwsCloud;
import io.i2kit.cloud.aws.AwsSamples;
import io.i2kit.cloud.aws.fake.FakeAws;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.provider.ImageProvider;
import io.i2kit.translator.Annotations;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Deployments on AWS as its documentation says it behaves: machines are pending first, drain, are lost, cannot be had. */
@Timeout(120)
class AwsRolloutTest {
    private static final ObjectKey WEB = new ObjectKey("apps/deployments", "default", "web");

    @TempDir
    Path directory;

    private final FakeAws aws = new FakeAws();
    private Storage storage;
    private ScheduledExecutorService time;
    private AwsCloud cloud;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        ImageProvider made = (image, progress) -> {
            synchronized (aws.ec2.images) {
                aws.ec2.images.put(image.name(), "ami-1");
            }
            return new ImageStatus.Ready("ami-1", 1, Duration.ZERO, true);
        };
        cloud = new AwsCloud(
                aws.apis(), AwsSamples.options("c1", null, AwsSamples.installation()), made, Clock.systemUTC());
        time = Executors.newSingleThreadScheduledExecutor();
        time.scheduleWithFixedDelay(aws::tick, 10, 10, TimeUnit.MILLISECONDS);
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        server = new TestServer(storage, cloud, new FakeGuests(this::machine), TestServer.IMAGES);
    }

    @AfterEach
    void stop() {
        server.close();
        storage.close();
        cloud.close();
        time.shutdownNow();
    }

    private List<Instance> machines() {
        return cloud.groups().describe(List.of()).stream()
                .map(GroupStatus::instances)
                .flatMap(List::stream)
                .filter(GroupPass::isAlive)
                .toList();
    }

    private Instance machine(String id) {
        return machines().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new GuestException.Unreachable("the machine is gone", null));
    }

    private void apply(int replicas) {
        String deployment = """
                {"metadata":{"name":"web"},"spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}},
                "template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"web","image":"nginx:1"}]}}}}""".formatted(replicas);
        server.client.create(
                "apps/deployments", "default", (ObjectNode) JsonMapper.shared().readTree(deployment));
    }

    private String status(String field) {
        ObjectNode deployment = server.client.get(WEB);
        return deployment == null ? "" : deployment.path("status").path(field).toString();
    }

    private List<ObjectNode> readyPods() {
        return server.client.list("pods", "default").stream()
                .filter(pod -> pod.path("status")
                        .path("conditions")
                        .valueStream()
                        .anyMatch(
                                condition -> FieldPaths.text(condition, "type").equals("Ready")
                                        && FieldPaths.text(condition, "status").equals("True")))
                .toList();
    }

    private Set<String> readyMachines() {
        return readyPods().stream()
                .map(pod -> pod.path("metadata")
                        .path("annotations")
                        .path(Annotations.INSTANCE_ID)
                        .asString(""))
                .collect(Collectors.toSet());
    }

    private void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not in time: " + what + "; deployment: " + server.client.get(WEB)
                        + "; machines: " + machines() + "; events: " + server.events);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anUpdateReplacesEachMachineAndNeverHasFewerThatAreReady() {
        apply(3);
        await("three are ready", () -> status("readyReplicas").equals("3"));
        Set<String> old = readyMachines();
        server.client.modify(WEB, "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("image", "nginx:2");
            }
            return tree;
        });
        await("all are of the new template", () -> {
            assertThat(readyPods()).hasSizeGreaterThanOrEqualTo(3);
            return Collections.disjoint(readyMachines(), old)
                    && status("updatedReplicas").equals("3")
                    && status("replicas").equals("3")
                    && machines().size() == 3;
        });
        assertThat(aws.ec2.running()).isEqualTo(3);
    }

    @Test
    void aLostMachineFailsItsPodAndAnotherOneComes() {
        apply(2);
        await("two are ready", () -> status("readyReplicas").equals("2"));
        String lost = readyMachines().iterator().next();
        aws.autoScaling.kill(lost);
        await(
                "two others are ready",
                () -> readyMachines().size() == 2
                        && !readyMachines().contains(lost)
                        && machines().size() == 2);
    }

    @Test
    void whereOneZoneHasNoneMachinesAreInTheOtherAndWhereNoneHasPodsSayIt() {
        aws.autoScaling.exhaustedZones.add("zone-1");
        apply(2);
        await("two are ready", () -> status("readyReplicas").equals("2"));
        assertThat(machines()).extracting(Instance::zone).containsOnly("zone-2");
        aws.autoScaling.exhaustedZones.add("zone-2");
        server.client.modify(WEB, "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("spec")).put("replicas", 3);
            }
            return tree;
        });
        await(
                "the third says why it waits",
                () -> server.events.stream()
                        .anyMatch(event ->
                                event.contains("FailedScheduling") && event.contains("InsufficientInstanceCapacity")));
        assertThat(status("readyReplicas")).isEqualTo("2");
        aws.autoScaling.exhaustedZones.clear();
        await("three are ready", () -> status("readyReplicas").equals("3"));
        assertThat(machines()).extracting(Instance::zone).contains("zone-1");
    }
}
