package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A Pod that asks for what no machine has costs none, and says what it waits for. */
@Timeout(120)
class UnfitPodsTest {
    private static final String CONTAINER =
            "{\"name\":\"c\",\"image\":\"nginx\",\"resources\":{\"limits\":{\"cpu\":\"1\",\"example.com/dongle\":\"2\"}}}";

    @TempDir
    Path directory;

    private final FakeCloud cloud = new FakeCloud();
    private Storage storage;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        server = new TestServer(storage, cloud, new FakeGuests(cloud), TestServer.IMAGES);
    }

    @AfterEach
    void stop() {
        server.close();
        storage.close();
    }

    private void create(String resource, String json) {
        server.client.create(
                resource, "default", (ObjectNode) JsonMapper.shared().readTree(json));
    }

    private String scheduled(String name) {
        ObjectNode pod = Objects.requireNonNull(server.client.get(new ObjectKey("pods", "default", name)));
        assertThat(FieldPaths.text(pod, "status.phase")).isEqualTo("Pending");
        return pod.path("status")
                .path("conditions")
                .valueStream()
                .filter(condition -> FieldPaths.text(condition, "type").equals("PodScheduled"))
                .map(condition -> FieldPaths.text(condition, "status") + " " + FieldPaths.text(condition, "reason")
                        + " " + FieldPaths.text(condition, "message"))
                .findFirst()
                .orElse("");
    }

    private void awaitUnschedulable(String name) throws InterruptedException {
        awaitUnschedulable(name, "Insufficient example.com/dongle: no machine has such a resource");
    }

    private void awaitUnschedulable(String name, String why) throws InterruptedException {
        String wanted = "False Unschedulable " + why;
        for (int i = 0; i < 3000 && !scheduled(name).equals(wanted); i++) {
            Thread.sleep(10);
        }
        assertThat(scheduled(name)).isEqualTo(wanted);
        assertThat(server.events).contains("pods/" + name + " FailedScheduling: " + why);
    }

    @Test
    void aBarePodStaysPending() throws Exception {
        create("pods", "{\"metadata\":{\"name\":\"lone\"},\"spec\":{\"containers\":[" + CONTAINER + "]}}");
        awaitUnschedulable("lone");
        assertThat(cloud.groupSpecs()).isEmpty();
    }

    @Test
    void aPodOfAnArchitectureThatNoMachineHasGetsNoOther() throws Exception {
        create(
                "pods",
                "{\"metadata\":{\"name\":\"mainframe\"},\"spec\":{\"nodeSelector\":{\"kubernetes.io/arch\":\"s390x\"},\"containers\":"
                        + "[{\"name\":\"c\",\"image\":\"nginx\"}]}}");
        awaitUnschedulable(
                "mainframe", "no machine matches the Pod's node affinity/selector: none has the architecture s390x");
        assertThat(cloud.groupSpecs()).isEmpty();
    }

    @Test
    void soDoThoseOfAReplicaSet() throws Exception {
        create(
                "apps/replicasets",
                "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":1,\"selector\":{\"matchLabels\":{\"a\":\"b\"}},"
                        + "\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[" + CONTAINER
                        + "]}}}}");
        List<ObjectNode> pods = List.of();
        for (int i = 0; i < 3000 && pods.isEmpty(); i++) {
            Thread.sleep(10);
            pods = server.client.list("pods", "default");
        }
        awaitUnschedulable(FieldPaths.text(pods.getFirst(), "metadata.name"));
        assertThat(cloud.groupSpecs()).isEmpty();
    }
}
