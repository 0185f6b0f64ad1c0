package io.i2kit.apiserver.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The controller by itself: nobody makes Pods run. */
class ReplicaSetReconcilerTest {
    private static final ObjectKey WEB = new ObjectKey("apps/replicasets", "default", "web");

    @TempDir
    Path directory;

    private Storage storage;
    private ObjectClient client;
    private InformerFactory informers;
    private ControllerManager manager;
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        client = StandardRegistry.open(storage, Clock.systemUTC()).objects();
        informers = new InformerFactory(storage);
        manager = new ControllerManager(Duration.ofSeconds(10));
        ReplicaSetController.register(
                manager,
                informers,
                client,
                (key, about, type, reason, message, component) -> events.add(reason + " " + message),
                Clock.systemUTC());
        informers.start();
        manager.start();
    }

    @AfterEach
    void stop() {
        manager.close();
        informers.close();
        storage.close();
    }

    @Test
    void makesExactlyAsManyPodsAsAskedFor() {
        replicaSet(40);
        await("40 Pods", () -> status("replicas").equals("40"));
        assertThat(pods()).hasSize(40).allSatisfy(pod -> {
            assertThat(text(pod, "metadata.name")).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
            assertThat(pod.path("metadata").path("ownerReferences").path(0).toString())
                    .contains("\"kind\":\"ReplicaSet\"", "\"controller\":true");
        });
        assertThat(status("fullyLabeledReplicas")).isEqualTo("40");
        scale(3);
        await("3 Pods", () -> status("replicas").equals("3") && pods().size() == 3);
        assertThat(events.stream().filter(event -> event.startsWith("SuccessfulDelete")))
                .hasSize(37);
    }

    @Test
    void adoptsWhatItSelectsAndReleasesWhatItNoLongerDoes() {
        create("pods", """
                {"metadata":{"name":"stray","labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        replicaSet(1);
        ObjectKey stray = new ObjectKey("pods", "default", "stray");
        await("it is adopted", () -> owners(stray) == 1);
        await("the status says so", () -> status("replicas").equals("1"));
        assertThat(pods()).hasSize(1);
        client.modify(stray, "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("metadata").get("labels")).put("app", "debug");
            }
            return tree;
        });
        await("it is released and replaced", () -> owners(stray) == 0 && pods().size() == 2);
    }

    @Test
    void podsThatEndedAreReplacedAndCountNoMore() {
        replicaSet(2);
        await("2 Pods", () -> status("replicas").equals("2"));
        ObjectNode victim = pods().getFirst();
        ObjectKey key = new ObjectKey("pods", "default", text(victim, "metadata.name"));
        client.modify(key, "status", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("status")).put("phase", "Failed");
            }
            return tree;
        });
        await("another is made", () -> pods().size() == 3 && status("replicas").equals("2"));
    }

    @Test
    void aReplicationControllerIsRunByTheSameAlgorithm() {
        ObjectKey old = new ObjectKey("replicationcontrollers", "default", "old");
        create("replicationcontrollers", """
                {"metadata":{"name":"old"},"spec":{"replicas":2,"template":{"metadata":{"labels":{"app":"old"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        await(
                "2 Pods",
                () -> text(Objects.requireNonNull(client.get(old)), "status.replicas")
                        .equals("2"));
        ObjectNode stored = Objects.requireNonNull(client.get(old));
        assertThat(stored.at("/spec/selector").toString()).isEqualTo("{\"app\":\"old\"}");
        assertThat(stored.at("/status").has("terminatingReplicas")).isFalse();
        assertThat(pods())
                .hasSize(2)
                .allSatisfy(pod -> assertThat(
                                pod.at("/metadata/ownerReferences/0").toString())
                        .contains("\"apiVersion\":\"v1\"", "\"kind\":\"ReplicationController\"", "\"name\":\"old\""));
        client.modify(old, "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("spec")).put("replicas", 0);
            }
            return tree;
        });
        await("no Pod", () -> pods().isEmpty());
    }

    @Test
    void aTerminatingNamespaceIsToldFromOtherRefusals() {
        assertThat(PodControl.isNamespaceTerminating(new ApiException(
                        403,
                        "Forbidden",
                        "pods is forbidden",
                        new ApiException.Details(
                                "",
                                "pods",
                                "",
                                "",
                                List.of(new FieldError("NamespaceTerminating", "metadata.namespace", "")),
                                0))))
                .isTrue();
    }

    private int owners(ObjectKey pod) {
        ObjectNode tree = client.get(pod);
        return tree == null ? -1 : tree.path("metadata").path("ownerReferences").size();
    }

    private void replicaSet(int replicas) {
        create("apps/replicasets", replicaSetJson(replicas));
    }

    private static String replicaSetJson(int replicas) {
        return """
                {"metadata":{"name":"web"},"spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"web","image":"nginx"}]}}}}""".formatted(replicas);
    }

    private void create(String resource, String json) {
        client.create(resource, "default", (ObjectNode) JsonMapper.shared().readTree(json));
    }

    private void scale(int replicas) {
        client.modify(WEB, "", tree -> {
            if (tree != null) {
                ((ObjectNode) tree.get("spec")).put("replicas", replicas);
            }
            return tree;
        });
    }

    private List<ObjectNode> pods() {
        return client.list("pods", "default");
    }

    private String status(String field) {
        return text(client.get(WEB), "status." + field);
    }

    private static String text(ObjectNode tree, String path) {
        return FieldPaths.text(tree, path);
    }

    private void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not in time: " + what + "; " + client.get(WEB) + "; Pods: " + pods().size()
                        + "; events: " + events);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
