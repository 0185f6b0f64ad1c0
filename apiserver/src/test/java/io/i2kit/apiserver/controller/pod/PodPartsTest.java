package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of the parts of a running Pod that clients change by {@code /resize} and {@code /ephemeralcontainers}. */
@Timeout(120)
class PodPartsTest {
    private static final ObjectKey POD = new ObjectKey("pods", "default", "lone");

    @TempDir
    Path directory;

    private final FakeCloud cloud = new FakeCloud();
    private Storage storage;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        server = new TestServer(storage, cloud, new FakeGuests(cloud), TestServer.IMAGES);
        server.client.create("pods", "default", (ObjectNode) JsonMapper.shared()
                .readTree(
                        "{\"metadata\":{\"name\":\"lone\"},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"nginx\","
                                + "\"resources\":{\"requests\":{\"cpu\":\"100m\"}}}]}}"));
        await(() -> FieldPaths.text(pod(), "status.phase").equals("Running"));
    }

    @AfterEach
    void stop() {
        server.close();
        storage.close();
    }

    private ObjectNode pod() {
        return Objects.requireNonNull(server.client.get(POD));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 6000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(5);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private JsonNode condition(String type) {
        return pod().path("status")
                .path("conditions")
                .valueStream()
                .filter(condition -> FieldPaths.text(condition, "type").equals(type))
                .findFirst()
                .orElse(JsonMapper.shared().missingNode());
    }

    private void resize(String cpu) {
        server.client.modify(POD, "resize", pod -> {
            if (pod != null) {
                pod.withObject("/spec/containers/0/resources/requests").put("cpu", cpu);
            }
            return pod;
        });
    }

    @Test
    void anEphemeralContainerWaitsAndSaysWhy() throws Exception {
        server.client.modify(POD, "ephemeralcontainers", pod -> {
            if (pod != null) {
                pod.withObject("spec")
                        .withArray("ephemeralContainers")
                        .addObject()
                        .put("name", "debugger")
                        .put("image", "busybox");
            }
            return pod;
        });
        await(() -> !pod().path("status").path("ephemeralContainerStatuses").isEmpty());
        JsonNode status = pod().at("/status/ephemeralContainerStatuses/0");
        assertThat(FieldPaths.text(status, "name")).isEqualTo("debugger");
        assertThat(FieldPaths.text(status, "state.waiting.reason")).isEqualTo("CreateContainerError");
        assertThat(FieldPaths.text(status, "state.waiting.message")).startsWith("ephemeral containers are not run");
        assertThat(FieldPaths.text(pod(), "status.phase")).isEqualTo("Running");
        assertThat(cloud.launched()).isEqualTo(1);
    }

    @Test
    void aResizeStaysPendingUntilItIsTakenBack() throws Exception {
        assertThat(pod().at("/status/containerStatuses/0/allocatedResources/cpu")
                        .asString())
                .isEqualTo("100m");
        resize("200m");
        await(() -> FieldPaths.text(condition("PodResizePending"), "reason").equals("Infeasible"));
        assertThat(FieldPaths.text(condition("PodResizePending"), "status")).isEqualTo("True");
        assertThat(condition("PodResizePending").path("observedGeneration").asInt())
                .isEqualTo(2);
        assertThat(pod().at("/status/containerStatuses/0/resources/requests/cpu")
                        .asString())
                .isEqualTo("100m");
        await(() -> server.events.contains(
                "pods/lone ResizeInfeasible: Pod resize Infeasible: a machine keeps the size that it"
                        + " was started with"));
        resize("100m");
        await(() -> condition("PodResizePending").isMissingNode());
        assertThat(cloud.launched()).isEqualTo(1);
    }
}
