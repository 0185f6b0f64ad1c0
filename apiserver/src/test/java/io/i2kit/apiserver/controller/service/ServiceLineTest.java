package io.i2kit.apiserver.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.StoredEventRecorder;
import io.i2kit.apiserver.controller.endpoints.EndpointsControllers;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import io.i2kit.cloud.deploy.MemoryStackRecords;
import io.i2kit.cloud.deploy.StackDeployer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Services from the store to the cloud and back, through the real store, informers, queues and strategies. */
@Timeout(60)
class ServiceLineTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectKey WEB = new ObjectKey("services", "default", "web");

    @TempDir
    Path directory;

    private final TestingNetworkCloud cloud = new TestingNetworkCloud();
    private final MemoryStackRecords records = new MemoryStackRecords();
    private Storage storage;
    private ObjectClient client;
    private Server server;

    /** One run of a server's controllers over the store. */
    private final class Server implements AutoCloseable {
        private final InformerFactory informers = new InformerFactory(storage);
        private final ControllerManager manager = new ControllerManager(Duration.ofSeconds(5));
        private final StoredEventRecorder events = new StoredEventRecorder(client, Clock.systemUTC());
        private final ServiceController services = ServiceController.register(
                manager,
                informers,
                client,
                events,
                new StackDeployer(cloud, records),
                records,
                ServiceReconcilerTest.SETTINGS);

        Server() {
            EndpointsControllers.register(manager, informers, client);
            informers.start();
            manager.start();
        }

        @Override
        public void close() {
            manager.close();
            informers.close();
            events.close();
        }
    }

    @BeforeEach
    void open() {
        storage = RocksStorage.open(RocksSettings.of(directory).withNativeDirectory(Path.of("target", "native")));
        client = StandardRegistry.open(storage, Clock.systemUTC()).objects();
        server = new Server();
    }

    @AfterEach
    void close() {
        server.close();
        storage.close();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private void create(String resource, String yaml) {
        client.create(resource, "default", (ObjectNode) YAML.readTree(yaml));
    }

    private void createService(String type) {
        create("services", """
                metadata: {name: web, labels: {app: web}}
                spec: {type: %s, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
                """.formatted(type));
    }

    private void createPod(int number) {
        create("pods", """
                metadata: {name: web-%d, labels: {app: web}}
                spec: {containers: [{name: main, image: nginx, ports: [{name: http, containerPort: 8080}]}]}
                """.formatted(number));
        client.modify(new ObjectKey("pods", "default", "web-" + number), "status", pod -> {
            ObjectNode present = Objects.requireNonNull(pod);
            present.withObjectProperty("status").setAll((ObjectNode) YAML.readTree("""
                    {phase: Running, podIP: 10.244.0.%1$d, podIPs: [{ip: 10.244.0.%1$d}],
                     conditions: [{type: Ready, status: "True"}]}
                    """.formatted(number)));
            return present;
        });
    }

    private JsonNode read(String resource, String pointer) {
        ObjectNode object = client.get(new ObjectKey(resource, "default", "web"));
        return object == null ? YAML.missingNode() : object.at(pointer);
    }

    private List<ObjectNode> slices() {
        return client.list("discovery.k8s.io/endpointslices", "default").stream()
                .filter(slice -> slice.at("/metadata/labels/kubernetes.io~1service-name")
                        .asString("")
                        .equals("web"))
                .toList();
    }

    private boolean hasEvent(String reason) {
        return client.list("events", "default").stream()
                .anyMatch(event -> event.path("reason").asString("").equals(reason));
    }

    @Test
    void aServiceServesItsPodsAndGoes() throws Exception {
        createService("LoadBalancer");
        createPod(2);
        await(() -> read("endpoints", "/subsets/0/addresses/0/ip").asString("").equals("10.244.0.2"));
        assertThat(read("endpoints", "/subsets/0/ports/0/port").asInt()).isEqualTo(8080);
        await(() ->
                slices().size() == 1 && slices().getFirst().path("endpoints").size() == 1);
        assertThat(slices().getFirst().at("/endpoints/0/conditions/ready").asBoolean())
                .isTrue();
        await(() -> cloud.loadBalancers.values().stream()
                .anyMatch(balancer -> balancer.listeners().stream()
                        .anyMatch(listener -> listener.targets().size() == 1
                                && listener.targets().getFirst().port() == 8080)));
        assertThat(cloud.records).containsKey("web.default.svc.cluster.local");

        cloud.hostname = "127.70.0.1";
        server.services.cloudChanged(Set.of());
        await(() -> read("services", "/status/loadBalancer/ingress/0/ip")
                .asString("")
                .equals("127.70.0.1"));
        await(() -> hasEvent("EnsuringLoadBalancer") && hasEvent("EnsuredLoadBalancer"));

        client.delete(new ObjectKey("pods", "default", "web-2"), new DeleteOptions(0L, "", "", ""), List.of());
        await(() -> read("endpoints", "/subsets").isEmpty());
        client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        await(() ->
                read("endpoints", "").isMissingNode() && !cloud.records.containsKey("web.default.svc.cluster.local"));
    }

    @Test
    void aRestartWritesNothingAndFinishesWhatWasLeft() throws Exception {
        createService("ClusterIP");
        createPod(2);
        await(() ->
                slices().size() == 1 && slices().getFirst().path("endpoints").size() == 1);
        await(() -> cloud.records.containsKey("web.default.svc.cluster.local"));
        await(() -> !read("endpoints", "/subsets").isEmpty());
        server.close();
        String endpoints = read("endpoints", "/metadata/resourceVersion").asString();
        String slice = slices().getFirst().at("/metadata/resourceVersion").asString();
        server = new Server();
        createPod(3); // the controllers are at work once this one is there
        await(() -> read("endpoints", "/subsets/0/addresses").size() == 2);
        assertThat(read("endpoints", "/metadata/resourceVersion").asString()).isNotEqualTo(endpoints);
        await(() ->
                !slices().getFirst().at("/metadata/resourceVersion").asString().equals(slice));
        assertThat(slices()).hasSize(1);

        server.close();
        client.delete(WEB, DeleteOptions.DEFAULT, List.of());
        server = new Server();
        await(() -> !cloud.records.containsKey("web.default.svc.cluster.local"));
    }
}
