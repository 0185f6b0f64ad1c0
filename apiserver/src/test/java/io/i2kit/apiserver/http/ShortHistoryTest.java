package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.http.TestClient.WatchLines;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What clients see that ask for more past than the server keeps; here it keeps little. */
class ShortHistoryTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final long HISTORY_BYTES = 4 << 20;
    private static final int LARGE = 200_000;
    private static final int LARGE_WRITES = 200;

    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        var history = new RocksSettings.History(Duration.ofMinutes(5), HISTORY_BYTES, 1 << 20);
        server = new TestApiServer(folder, 0, null, null, history);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void write(String name, int bytes) {
        String body = "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"k\":\"" + "x".repeat(bytes) + "\"}}";
        Reply reply = client.put(CONFIG_MAPS + "/" + name, body);
        if (reply.status() == 404) {
            reply = client.post(CONFIG_MAPS, body);
        }
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
    }

    @Test
    @Timeout(120)
    @DisplayName("Rule 26: a page of a forgotten state answers 410 with a token to go on with the newest state")
    void expiredPages() throws Exception {
        for (int i = 0; i < 6; i++) {
            write("page-" + i, 10);
        }
        String pages = CONFIG_MAPS + "?limit=2&labelSelector=page%21%3Dno";
        Reply first = client.get(pages);
        String token = first.at("/metadata/continue");
        assertThat(token).isNotEmpty();
        Reply expired = client.get(pages + "&continue=" + token);
        assertThat(expired.status()).isEqualTo(200);
        for (int i = 0; expired.status() == 200; i++) {
            write("large", LARGE + i);
            expired = client.get(pages + "&continue=" + token);
        }
        assertThat(expired.status()).isEqualTo(410);
        JsonNode status = expired.json();
        assertThat(status.path("kind").asString("")).isEqualTo("Status");
        assertThat(status.path("reason").asString("")).isEqualTo("Expired");
        assertThat(status.path("message").asString(""))
                .startsWith("The provided continue parameter is too old to display a consistent list result.")
                .endsWith("between the time the first chunk was returned and now may show up in the list.");
        String inconsistent = status.at("/metadata/continue").asString("");
        assertThat(inconsistent).isNotEmpty().isNotEqualTo(token);
        List<String> rest = new ArrayList<>();
        while (!inconsistent.isEmpty()) {
            Reply page = client.get(pages + "&continue=" + inconsistent);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            page.json()
                    .path("items")
                    .forEach(item -> rest.add(item.at("/metadata/name").asString("")));
            inconsistent = page.at("/metadata/continue");
        }
        List<String> seen = first.json()
                .path("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asString(""))
                .toList();
        assertThat(rest).doesNotContainAnyElementsOf(seen).contains("page-5");
    }

    @Test
    @Timeout(180)
    @DisplayName("A watcher that does not read is cut off with 410; others get every event meanwhile")
    void slowWatcher() throws Exception {
        write("watched", 10);
        String version = client.get(CONFIG_MAPS + "/watched").at("/metadata/resourceVersion");
        String watch = CONFIG_MAPS + "?watch=true&timeoutSeconds=120&resourceVersion=" + version
                + "&fieldSelector=metadata.name%3Dwatched";
        // A connection of its own: the flow control of HTTP/2 is also one for all of a connection's streams.
        TestClient apart = new TestClient(server);
        try (WatchLines slow = apart.watch(watch);
                WatchLines quick = client.watch(watch)) {
            for (int i = 0; i < LARGE_WRITES; i++) {
                write("watched", LARGE + i);
                JsonNode event = quick.next();
                assertThat(event.path("type").asString("")).isEqualTo("MODIFIED");
                assertThat(event.at("/object/data/k").asString("")).hasSize(LARGE + i);
            }
            int events = 0;
            JsonNode last = slow.next();
            JsonNode event = last;
            while (!event.isMissingNode()) {
                last = event;
                events += event.path("type").asString("").equals("MODIFIED") ? 1 : 0;
                event = slow.next();
            }
            assertThat(events).isLessThan(LARGE_WRITES);
            assertThat(last.path("type").asString("")).isEqualTo("ERROR");
            assertThat(last.at("/object/code").asInt()).isEqualTo(410);
            assertThat(last.at("/object/reason").asString("")).isEqualTo("Expired");
        }
    }
}
