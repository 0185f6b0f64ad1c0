package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Watches over HTTP; each test in a namespace of its own. */
class WatchRulesTest {
    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String configMaps(String namespace) {
        client.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
        return "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    private static Reply create(String url, String name, String label) {
        return client.post(url, "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"x\":\"" + label + "\"}}}");
    }

    @Test
    @DisplayName("Rule 28: without resourceVersion the present objects come first, with one only what follows")
    void start() throws Exception {
        String url = configMaps("w1");
        create(url, "a", "1");
        try (var watch = client.watch(url + "?watch=1")) {
            create(url, "b", "1");
            assertThat(watch.next(2)).containsExactly("ADDED a", "ADDED b");
        }
        String version = client.get(url).at("/metadata/resourceVersion");
        try (var watch = client.watch(url + "?watch=1&resourceVersion=" + version)) {
            client.delete(url + "/a");
            JsonNode event = watch.next();
            assertThat(event.at("/type").asString()).isEqualTo("DELETED");
            assertThat(event.at("/object/metadata/resourceVersion").asLong()).isGreaterThan(Long.parseLong(version));
        }
    }

    @Test
    @DisplayName("Rule 28: timeoutSeconds ends the watch")
    void timeout() throws Exception {
        String url = configMaps("w2");
        try (var watch = client.watch(url + "?watch=1&timeoutSeconds=1")) {
            assertThat(watch.status()).isEqualTo(200);
            assertThat(watch.next().isMissingNode()).isTrue();
        }
    }

    @Test
    @DisplayName(
            "Rule 29: what stops matching is DELETED as it was, with the new resourceVersion; what starts is ADDED")
    void transitions() throws Exception {
        String url = configMaps("w3");
        create(url, "a", "1");
        String version = client.get(url).at("/metadata/resourceVersion");
        try (var watch = client.watch(url + "?watch=1&labelSelector=x=1&resourceVersion=" + version)) {
            Reply left = client.patch("merge", url + "/a", "{\"metadata\":{\"labels\":{\"x\":\"2\"}}}");
            JsonNode event = watch.next();
            assertThat(event.at("/type").asString()).isEqualTo("DELETED");
            assertThat(event.at("/object/metadata/labels/x").asString()).isEqualTo("1");
            assertThat(event.at("/object/metadata/resourceVersion").asString())
                    .isEqualTo(left.at("/metadata/resourceVersion"));
            client.patch("merge", url + "/a", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}");
            assertThat(watch.next(1)).containsExactly("ADDED a");
        }
    }

    @Test
    @DisplayName("Rule 30: a streaming list ends its initial events with an annotated bookmark")
    void streamingList() throws Exception {
        String url = configMaps("w4");
        create(url, "a", "1");
        String query = "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
        try (var watch = client.watch(url + query)) {
            assertThat(watch.next(1)).containsExactly("ADDED a");
            JsonNode bookmark = watch.next();
            assertThat(bookmark.at("/type").asString()).isEqualTo("BOOKMARK");
            assertThat(bookmark.at("/object/kind").asString()).isEqualTo("ConfigMap");
            assertThat(bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                            .asString())
                    .isEqualTo("true");
            create(url, "b", "1");
            assertThat(watch.next(1)).containsExactly("ADDED b");
        }
        assertThat(client.get(url + "?watch=1&sendInitialEvents=true").status()).isEqualTo(422);
        try (var watch = client.watch(url + query.replace("Events=true", "Events=false"))) {
            create(url, "c", "1");
            assertThat(watch.next(1)).containsExactly("ADDED c");
        }
    }

    @Test
    @DisplayName("Rule 33: a watch of Tables names the columns in its first event only")
    void tables() throws Exception {
        String url = configMaps("w5");
        create(url, "a", "1");
        create(url, "b", "1");
        String accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        try (var watch = client.watch(url + "?watch=1", "Accept", accept)) {
            JsonNode first = watch.next();
            assertThat(first.at("/object/columnDefinitions").size()).isEqualTo(3);
            assertThat(first.at("/object/rows/0/cells/0").asString()).isEqualTo("a");
            JsonNode second = watch.next();
            assertThat(second.at("/object/columnDefinitions").size()).isZero();
            assertThat(second.at("/object/rows/0/cells/0").asString()).isEqualTo("b");
        }
    }
}
