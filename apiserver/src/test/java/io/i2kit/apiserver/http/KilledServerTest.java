package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code kill -9} of the API server under load: what it acknowledged is there, no revision goes back, watches go on or get 410. */
class KilledServerTest {
    private static final int WRITERS = 4;
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path folder;

    private final long seed = Long.getLong("i2kit.seed", System.nanoTime());
    private final Random random = new Random(seed);
    /** The newest acknowledged state of each object. */
    private final Map<String, Acknowledged> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger acknowledgements = new AtomicInteger();
    private int port;
    private HttpClient http = HttpClient.newHttpClient();

    private record Acknowledged(int count, long revision) {}

    /** An event of a watch. @param count in the object, or -1 for an error */
    private record Seen(String name, int count, long revision, int code) {}

    @Test
    @Timeout(300)
    void nothingAcknowledgedIsLost() throws Exception {
        killAndCheck(2);
    }

    @Test
    @Tag("exhaustive")
    @Timeout(3600)
    void nothingAcknowledgedIsLostInAHundredRounds() throws Exception {
        killAndCheck(100);
    }

    private void killAndCheck(int rounds) throws Exception {
        System.out.println("seed " + seed + " (-Di2kit.seed=" + seed + ")");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        for (int round = 0; round < rounds; round++) {
            Process server = start();
            try {
                awaitReady(server);
                http = TestClient.trusting(Files.readString(folder.resolve("pki/ca.crt")));
                check(round);
                loadAndKill(server);
            } finally {
                server.destroyForcibly().waitFor();
            }
        }
        assertThat(acknowledged).hasSize(WRITERS);
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp"));
        command.addAll(List.of(
                System.getProperty("java.class.path"),
                TestApiServer.class.getName(),
                folder.toString(),
                Integer.toString(port)));
        Path log = folder.resolve("server.log");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitReady(Process server) throws Exception {
        Path authority = folder.resolve("pki/ca.crt");
        while (true) {
            assertThat(server.isAlive()).as(() -> log()).isTrue();
            if (Files.exists(authority)) {
                try {
                    http = TestClient.trusting(Files.readString(authority));
                    if (send("GET", "/readyz", "").statusCode() == 200) {
                        return;
                    }
                } catch (IOException | RuntimeException e) {
                    // Not yet.
                    TimeUnit.MILLISECONDS.sleep(50);
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

    private void loadAndKill(Process server) throws InterruptedException {
        int before = acknowledgements.get();
        int wanted = 5 + random.nextInt(400);
        CountDownLatch ended = new CountDownLatch(WRITERS);
        for (int i = 0; i < WRITERS; i++) {
            String name = "w" + i;
            Thread.startVirtualThread(() -> {
                try {
                    count(name);
                } catch (IOException e) {
                    // The server is gone.
                    ended.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        while (acknowledgements.get() - before < wanted && server.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(server.isAlive()).as(this::log).isTrue();
        server.destroyForcibly().waitFor();
        ended.await();
    }

    /** Writes one number after the other, for as long as the server lives. */
    private void count(String name) throws IOException, InterruptedException {
        while (true) {
            int next = acknowledged.getOrDefault(name, new Acknowledged(0, 0)).count() + 1;
            String body = "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"count\":\"" + next + "\"}}";
            HttpResponse<byte[]> reply = send("PUT", CONFIG_MAPS + "/" + name, body);
            if (reply.statusCode() == 404) {
                reply = send("POST", CONFIG_MAPS, body);
            }
            assertThat(reply.statusCode()).isIn(200, 201);
            acknowledged.put(name, new Acknowledged(next, revision(Json.MAPPER.readTree(reply.body()))));
            acknowledgements.incrementAndGet();
        }
    }

    private void check(int round) throws Exception {
        long newest = 0;
        Map<String, Integer> found = new TreeMap<>();
        for (Map.Entry<String, Acknowledged> entry : acknowledged.entrySet()) {
            Acknowledged last = entry.getValue();
            newest = Math.max(newest, last.revision());
            HttpResponse<byte[]> reply = send("GET", CONFIG_MAPS + "/" + entry.getKey(), "");
            assertThat(reply.statusCode())
                    .as("seed %d, round %d: %s", seed, round, entry)
                    .isEqualTo(200);
            JsonNode object = Json.MAPPER.readTree(reply.body());
            int count = Integer.parseInt(object.path("data").path("count").asString(""));
            assertThat(count).as("seed %d, round %d: %s", seed, round, entry).isBetween(last.count(), last.count() + 1);
            assertThat(revision(object)).isGreaterThanOrEqualTo(last.revision());
            if (count == last.count()) {
                assertThat(revision(object)).isEqualTo(last.revision());
            }
            found.put(entry.getKey(), count);
        }
        for (Map.Entry<String, Acknowledged> entry : acknowledged.entrySet()) {
            checkWatch(round, entry.getValue().revision(), found);
        }
        acknowledged.replaceAll((name, last) -> new Acknowledged(found.get(name), last.revision()));
        HttpResponse<byte[]> probe = send(
                "PUT",
                "/api/v1/namespaces/default",
                "{\"metadata\":{\"name\":\"default\",\"labels\":{\"round\":\"" + round + "\"}}}");
        assertThat(probe.statusCode()).isEqualTo(200);
        assertThat(revision(Json.MAPPER.readTree(probe.body())))
                .as("seed %d, round %d", seed, round)
                .isGreaterThan(newest);
    }

    /** From an acknowledged revision: every later state in order, up to what is stored now; or 410. */
    private void checkWatch(int round, long from, Map<String, Integer> found) throws Exception {
        Map<String, Integer> last = new TreeMap<>();
        long revision = from;
        for (Seen seen : watch(from)) {
            if (seen.code() != 0) {
                assertThat(seen.code()).as("seed %d, round %d", seed, round).isEqualTo(410);
                return;
            }
            assertThat(seen.revision())
                    .as("seed %d, round %d: %s", seed, round, seen)
                    .isGreaterThan(revision);
            revision = seen.revision();
            Integer before = last.put(seen.name(), seen.count());
            if (before != null) {
                assertThat(seen.count())
                        .as("seed %d, round %d: %s", seed, round, seen)
                        .isEqualTo(before + 1);
            }
        }
        last.forEach((name, count) ->
                assertThat(count).as("seed %d, round %d: %s", seed, round, name).isEqualTo(found.get(name)));
    }

    /** All events from a revision up to a second of silence. */
    private List<Seen> watch(long from) throws IOException, InterruptedException {
        HttpResponse<java.io.InputStream> reply = http.send(
                request("GET", CONFIG_MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=" + from, ""),
                BodyHandlers.ofInputStream());
        List<Seen> events = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode event = Json.MAPPER.readTree(line);
                JsonNode object = event.path("object");
                boolean error = event.path("type").asString("").equals("ERROR");
                String count = object.path("data").path("count").asString("-1");
                events.add(new Seen(
                        object.path("metadata").path("name").asString(""),
                        Integer.parseInt(count),
                        error ? 0 : revision(object),
                        error ? object.path("code").asInt(0) : 0));
            }
        }
        return events;
    }

    private static long revision(JsonNode object) {
        return Long.parseLong(object.path("metadata").path("resourceVersion").asString(""));
    }

    private HttpResponse<byte[]> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(request(method, path, body), BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + TestApiServer.ADMIN_TOKEN)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }
}
