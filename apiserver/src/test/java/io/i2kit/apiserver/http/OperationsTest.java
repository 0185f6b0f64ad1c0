package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health, metrics, limits and the end of a server, over HTTP. */
class OperationsTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path folder;

    @Test
    void checksHaveNamesAndCanBeExcluded() throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient client = new TestClient(server);
            assertThat(client.get("/livez").text()).isEqualTo("ok");
            assertThat(client.get("/readyz?verbose").text())
                    .isEqualTo("[+]ping ok\n[+]shutdown ok\n[+]storage ok\nreadyz check passed\n");
            assertThat(client.get("/readyz/storage").text()).isEqualTo("ok");
            assertThat(client.get("/readyz/bogus").status()).isEqualTo(404);
            assertThat(client.get("/healthz?verbose&exclude=storage&exclude=x").text())
                    .contains("[+]storage excluded: ok\n")
                    .contains("healthz check passed");
            assertThat(client.get("/livez?verbose&exclude=bogus").text())
                    .contains("warn: some health checks cannot be excluded: no matches for \"bogus\"\n");
        }
    }

    @Test
    void metricsHaveUpstreamsNames() throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient client = new TestClient(server);
            client.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"a\"}}");
            client.get(CONFIG_MAPS + "/missing");
            try (TestClient.WatchLines watch = client.watch(CONFIG_MAPS + "?watch=true")) {
                watch.next();
                String text = client.get("/metrics").text();
                assertThat(text)
                        .contains(
                                "apiserver_request_total{code=\"201\",component=\"apiserver\",dry_run=\"\",group=\"\","
                                        + "resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"POST\",version=\"v1\"} 1\n")
                        .contains(
                                "apiserver_request_total{code=\"404\",component=\"apiserver\",dry_run=\"\",group=\"\","
                                        + "resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"GET\",version=\"v1\"} 1\n")
                        .containsPattern(
                                "apiserver_request_duration_seconds_bucket\\{[^}]*verb=\"POST\"[^}]*le=\"\\+Inf\"} 1\n")
                        .contains(
                                "apiserver_longrunning_requests{component=\"apiserver\",dry_run=\"\",group=\"\","
                                        + "resource=\"configmaps\",scope=\"namespace\",subresource=\"\",verb=\"WATCH\",version=\"v1\"} 1\n")
                        .contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1\n")
                        .containsPattern("apiserver_storage_objects\\{resource=\"configmaps\"} [1-9]")
                        .containsPattern("process_cpu_seconds_total [0-9]")
                        .containsPattern("process_resident_memory_bytes [1-9]");
            }
        }
    }

    /** Paths are a client's to invent; what is counted of them is not. */
    @Test
    void inventedPathsDoNotFillTheMetrics() throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient client = new TestClient(server);
            for (int i = 0; i < 2100; i++) {
                client.get("/apis/x/v1/r" + i);
            }
            long series = Arrays.stream(client.get("/metrics").text().split("\n"))
                    .filter(line -> line.startsWith("apiserver_request_total{"))
                    .count();
            assertThat(series).isBetween(1000L, 2010L);
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient client = new TestClient(server);
            String large = "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"" + "x".repeat(4 << 20) + "\"}}";
            TestClient.Reply reply = client.post(CONFIG_MAPS, large);
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.at("/reason")).isEqualTo("RequestEntityTooLarge");
        }
    }

    /** A client ends a watch by a reset of its stream, and programs with many informers end hundreds in a moment. */
    @Test
    void manyEndedWatchesDoNotEndTheConnection() throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient client = new TestClient(server);
            client.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"a\"}}");
            try (TestClient.WatchLines held = client.watch(CONFIG_MAPS + "?watch=true")) {
                assertThat(held.next().at("/object/metadata/name").asString("")).isEqualTo("a");
                for (int i = 0; i < 300; i++) {
                    try (TestClient.WatchLines brief = client.watch(CONFIG_MAPS + "?watch=true")) {
                        brief.next();
                    }
                }
                client.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"b\"}}");
                assertThat(held.next().at("/object/metadata/name").asString("")).isEqualTo("b");
            }
        }
    }

    @Test
    void watchesEndWithTheServer() throws Exception {
        TestApiServer server = new TestApiServer(folder, 0);
        TestClient client = new TestClient(server);
        try (TestClient.WatchLines watch = client.watch("/api/v1/namespaces?watch=true")) {
            assertThat(watch.next().path("type").asString("")).isEqualTo("ADDED");
            // Read meanwhile: when a connection ends, the JDK's client drops what nobody has asked it for yet.
            CompletableFuture<Void> read = CompletableFuture.runAsync(() -> readToTheEnd(watch));
            server.close();
            assertThat(read).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    /** A broken stream raises an exception. */
    private static void readToTheEnd(TestClient.WatchLines watch) {
        try {
            while (!watch.next().isMissingNode()) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
