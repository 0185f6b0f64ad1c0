package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.load.Bodies;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.registry.WriteOptions;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.ResourceVersions;
import io.i2kit.apiserver.storage.Write;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A server of its own with very many objects: what each operation takes, and that none but a whole list looks at more objects than
 * it answers. Prints memory and times.
 */
class ManyObjectsTest {
    private static final int NAMESPACES = 20;
    private static final int PODS_EACH = 10;
    private static final int REPETITIONS = 20;
    private static final String UID = "00000000-0000-4000-8000-000000000000";

    @TempDir
    Path folder;

    private final long seed = Long.getLong("i2kit.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private HttpClient http = HttpClient.newHttpClient();
    private int port;
    private int deployments;

    @Test
    @Timeout(300)
    void aThousandDeployments() throws Exception {
        run(1_000);
    }

    @Test
    @Tag("exhaustive")
    @Timeout(3600)
    void tenThousandDeploymentsAndAHundredThousandPods() throws Exception {
        run(10_000);
    }

    private void run(int count) throws Exception {
        deployments = count;
        System.out.printf(Locale.ROOT, "seed %d; %,d Deployments, %,d Pods%n", seed, count, count * PODS_EACH);
        fill();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        long began = System.nanoTime();
        Process server = start();
        try {
            awaitReady(server);
            System.out.printf(Locale.ROOT, "ready after %.1f s%n", (System.nanoTime() - began) / 1e9);
            printMemory("when ready", server);
            reads();
            writes();
            printMemory("after these", server);
            wholeLists();
            printMemory("after whole lists", server);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private String deployment(int number) {
        return String.format(Locale.ROOT, "web-%05d", number);
    }

    private String namespace(int number) {
        return "team-" + number % NAMESPACES;
    }

    private int any() {
        return random.nextInt(deployments);
    }

    private void reads() throws Exception {
        measure("get", 0, () -> one("/apis/apps/v1/" + path(any())));
        measure("list of a Deployment's Pods, by label", PODS_EACH, () -> {
            int n = any();
            return items("/api/v1/namespaces/" + namespace(n) + "/pods?labelSelector=app%3D" + deployment(n));
        });
        measure(
                "the same in all namespaces",
                PODS_EACH,
                () -> items("/api/v1/pods?labelSelector=app%3D" + deployment(any())));
        measure(
                "list of a node's Pods",
                PODS_EACH,
                () -> items("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-" + any()));
        measure(
                "list by name in all namespaces",
                1,
                () -> items("/apis/apps/v1/deployments?fieldSelector=metadata.name%3D" + deployment(any())));
        measure("first page of 500 Pods", 501, () -> items("/api/v1/pods?limit=500"));
        measure("Table of 500 Pods", 501, () -> rows("/api/v1/pods?limit=500"));
        JsonNode page = json("/api/v1/pods?limit=500");
        String token = page.at("/metadata/continue").asString("");
        assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(deployments * PODS_EACH - 500);
        write("/apis/apps/v1/" + path(any()), "PATCH", Bodies.number(1)); // from here on the page's revision is past
        measure("next page of 500, of an older revision", 501, () -> items("/api/v1/pods?limit=500&continue=" + token));
    }

    private void writes() throws Exception {
        measure("create", 0, () -> {
            String name = "new-" + Math.abs(random.nextLong());
            return write("/apis/apps/v1/namespaces/team-0/deployments", "POST", Bodies.deployment(name));
        });
        measure("patch", 0, () -> write("/apis/apps/v1/" + path(any()), "PATCH", Bodies.image(random.nextInt(1000))));
        measure("delete of a Pod", 0, () -> {
            int n = any();
            write(
                    "/api/v1/namespaces/" + namespace(n) + "/pods/" + deployment(n) + "-" + random.nextInt(PODS_EACH)
                            + "?gracePeriodSeconds=0",
                    "DELETE",
                    new byte[0]);
            return -1;
        });
    }

    private void wholeLists() throws Exception {
        for (String path : List.of("/apis/apps/v1/deployments", "/api/v1/pods")) {
            long began = System.nanoTime();
            long bytes = 0;
            try (InputStream in = http.send(
                            request(path, "GET", new byte[0]), HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    bytes += read;
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-45s %8.0f ms, %,d MB%n",
                    "list of all: " + path,
                    (System.nanoTime() - began) / 1e6,
                    bytes >> 20);
            assertThat(bytes).isGreaterThan(deployments * 1000L);
        }
    }

    /** @param most objects that the operation may look at */
    private void measure(String what, int most, Supplier<Integer> operation) throws Exception {
        long[] nanos = new long[REPETITIONS];
        long before = fetched();
        int answered = 0;
        for (int i = 0; i < REPETITIONS; i++) {
            long began = System.nanoTime();
            answered += operation.get();
            nanos[i] = System.nanoTime() - began;
        }
        long looked = fetched() - before;
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT, "%-45s %8.1f ms (median of %d)%n", what, nanos[REPETITIONS / 2] / 1e6, REPETITIONS);
        assertThat(looked)
                .as("objects looked at by %s, seed %d", what, seed)
                .isLessThanOrEqualTo((long) most * REPETITIONS);
        if (most > 0) {
            assertThat(answered)
                    .as("objects answered by %s, seed %d", what, seed)
                    .isBetween((most - 1) * REPETITIONS, most * REPETITIONS);
        }
    }

    private long fetched() throws Exception {
        return new String(send("/metrics", "GET", new byte[0]).body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("apiserver_storage_list_fetched_objects_total")
                        && (line.contains("\"pods\"") || line.contains("\"deployments.apps\"")))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                .sum();
    }

    private void printMemory(String when, Process server) throws IOException {
        String resident = Files.readString(Path.of("/proc/" + server.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("");
        System.out.println("memory " + when + ": " + resident);
    }

    private String path(int number) {
        return "namespaces/" + namespace(number) + "/deployments/" + deployment(number);
    }

    private int one(String path) {
        json(path);
        return 1;
    }

    private int items(String path) {
        return json(path).path("items").size();
    }

    private int rows(String path) {
        HttpResponse<byte[]> reply =
                send(path, "GET", new byte[0], "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        assertThat(reply.statusCode()).isEqualTo(200);
        return Json.MAPPER.readTree(reply.body()).path("rows").size();
    }

    private JsonNode json(String path) {
        HttpResponse<byte[]> reply = send(path, "GET", new byte[0]);
        assertThat(reply.statusCode()).as(path).isEqualTo(200);
        return Json.MAPPER.readTree(reply.body());
    }

    private int write(String path, String method, byte[] body) {
        HttpResponse<byte[]> reply = send(path, method, body);
        assertThat(reply.statusCode())
                .as("%s %s: %s", method, path, new String(reply.body(), StandardCharsets.UTF_8))
                .isIn(200, 201, 404);
        return 1;
    }

    private HttpResponse<byte[]> send(String path, String method, byte[] body, String... headers) {
        try {
            return http.send(request(path, method, body, headers), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpRequest request(String path, String method, byte[] body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .setHeader("Authorization", "Bearer " + TestApiServer.ADMIN_TOKEN)
                .setHeader(
                        "Content-Type",
                        method.equals("PATCH") ? "application/strategic-merge-patch+json" : "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            builder.setHeader(headers[i], headers[i + 1]);
        }
        return builder.method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    /** Objects as the API makes them, one made by it and the rest copied: making each would measure nothing new and take long. */
    private void fill() {
        try (RocksStorage storage = RocksStorage.open(RocksSettings.of(folder.resolve("db")))) {
            Registry registry = StandardRegistry.open(storage, Clock.systemUTC());
            String deployment = made(
                    registry,
                    "apps/deployments",
                    new String(Bodies.deployment("NAME"), StandardCharsets.UTF_8).replace("NAME", "name-of-it"));
            String pod = made(registry, "pods", POD);
            List<Write> batch = new ArrayList<>();
            for (int n = 0; n < deployments; n++) {
                batch.add(copy("apps/deployments", deployment, namespace(n), deployment(n), deployment(n), n));
                for (int p = 0; p < PODS_EACH; p++) {
                    batch.add(copy("pods", pod, namespace(n), deployment(n) + "-" + p, deployment(n), n));
                }
                if (batch.size() >= 1000 || n == deployments - 1) {
                    storage.commit(batch).join();
                    batch = new ArrayList<>();
                }
            }
            for (String resource : List.of("apps/deployments", "pods")) {
                storage.commit(List.of(new Write.Delete(
                                new ObjectKey(resource, "default", "name-of-it"),
                                Write.ANY_REVISION,
                                revision -> "{}".getBytes(StandardCharsets.UTF_8))))
                        .join();
            }
        }
    }

    private static String made(Registry registry, String resource, String json) {
        ResourceDefinition definition = registry.table().stored(resource);
        byte[] stored = registry.store()
                .create(
                        definition,
                        "default",
                        Json.parse(json.getBytes(StandardCharsets.UTF_8)),
                        WriteOptions.by("test"))
                .json();
        String text = new String(stored, StandardCharsets.UTF_8);
        String uid = Json.parse(stored).at("/metadata/uid").asString("");
        return text.replace(uid, UID).replace("\"namespace\":\"default\"", "\"namespace\":\"NAMESPACE\"");
    }

    private static Write copy(String resource, String template, String namespace, String name, String app, int node) {
        String text = template.replace("name-of-it", name)
                .replace("NAMESPACE", namespace)
                .replace("app-of-it", app)
                .replace("node-of-it", "node-" + node);
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        ObjectKey key = new ObjectKey(resource, namespace, name);
        return new Write.Put(key, 0, revision -> ResourceVersions.replace(json, revision), null);
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-cp"));
        command.addAll(List.of(
                System.getProperty("java.class.path"),
                TestApiServer.class.getName(),
                folder.toString(),
                Integer.toString(port)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
    }

    private void awaitReady(Process server) throws Exception {
        Path authority = folder.resolve("pki/ca.crt");
        while (true) {
            assertThat(server.isAlive()).as(() -> log()).isTrue();
            if (Files.exists(authority)) {
                try {
                    http = TestClient.trusting(Files.readString(authority));
                    if (send("/readyz", "GET", new byte[0]).statusCode() == 200) {
                        return;
                    }
                } catch (IOException | AssertionError e) {
                    assertThat(Objects.toString(e.getMessage(), "")).doesNotContain("interrupted"); // not ready yet
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("server.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static final String POD = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"name-of-it",
              "labels":{"app":"app-of-it","pod-template-hash":"app-of-it","tier":"web"},
              "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-of-it",
                "uid":"11111111-0000-4000-8000-000000000000","controller":true,"blockOwnerDeletion":true}]},
             "spec":{"nodeName":"node-of-it","containers":[{"name":"main","image":"nginx:1.27",
               "ports":[{"name":"http","containerPort":80}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],
               "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}},
               "readinessProbe":{"httpGet":{"path":"/ready","port":80},"periodSeconds":5},
               "volumeMounts":[{"name":"scratch","mountPath":"/scratch"}]}],
              "volumes":[{"name":"scratch","emptyDir":{}}]}}""";
}
