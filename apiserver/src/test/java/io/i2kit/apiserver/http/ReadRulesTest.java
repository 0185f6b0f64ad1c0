package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Rules of lists, selectors, Tables and what a watch brings, beyond the first cases; each test in a namespace of its own. */
class ReadRulesTest {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static TestApiServer server;
    private static TestClient client;

    private String configMaps;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void namespace() {
        String namespace = "r" + NAMESPACES.incrementAndGet();
        configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
        client.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
    }

    private Reply create(String name, String labels) {
        Reply made = client.post(configMaps, "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{" + labels + "}}}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made;
    }

    private List<String> names(String query) {
        Reply list = client.get(configMaps + query);
        assertThat(list.status()).as(list.text()).isEqualTo(200);
        return list.json()
                .at("/items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asString())
                .toList();
    }

    @Test
    @DisplayName("Rule 26: no page shows what was created between, remainingItemCount is absent with selectors")
    void pages() {
        for (String name : List.of("a", "c", "e", "g")) {
            create(name, "\"x\":\"1\"");
        }
        Reply page = client.get(configMaps + "?limit=1");
        assertThat(page.json().at("/metadata/remainingItemCount").asInt()).isEqualTo(3);
        String version = page.at("/metadata/resourceVersion");
        create("b", "\"x\":\"1\"");
        client.delete(configMaps + "/g");
        List<String> seen = new ArrayList<>(List.of(page.at("/items/0/metadata/name")));
        while (!page.at("/metadata/continue").isEmpty()) {
            page = client.get(configMaps + "?limit=1&continue=" + page.at("/metadata/continue"));
            assertThat(page.at("/metadata/resourceVersion")).isEqualTo(version);
            seen.add(page.at("/items/0/metadata/name"));
        }
        assertThat(seen).containsExactly("a", "c", "e", "g");
        Reply selected = client.get(configMaps + "?limit=1&labelSelector=x=1");
        assertThat(selected.at("/metadata/continue")).isNotEmpty();
        assertThat(selected.json().path("metadata").has("remainingItemCount")).isFalse();
        Reply both = client.get(configMaps + "?resourceVersion=1&continue=" + selected.at("/metadata/continue"));
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.at("/message")).isEqualTo("specifying resource version is not allowed when using continue");
    }

    @Test
    @DisplayName("Rule 27: what resourceVersion and resourceVersionMatch mean together")
    void matches() {
        String first = create("a", "").at("/metadata/resourceVersion");
        create("b", "");
        assertThat(names("?resourceVersion=0")).containsExactly("a", "b");
        assertThat(names("?resourceVersion=" + first)).containsExactly("a", "b");
        assertThat(names("?resourceVersion=" + first + "&resourceVersionMatch=NotOlderThan"))
                .containsExactly("a", "b");
        assertThat(names("?resourceVersion=" + first + "&resourceVersionMatch=Exact"))
                .containsExactly("a");
        Reply exact = client.get(configMaps + "?resourceVersion=" + first + "&resourceVersionMatch=Exact");
        assertThat(exact.at("/metadata/resourceVersion")).isEqualTo(first);
        assertThat(names("?limit=1&resourceVersion=" + first))
                .as("a page begins with the version named")
                .containsExactly("a");
        assertThat(client.get(configMaps + "?resourceVersion=0&resourceVersionMatch=Exact")
                        .status())
                .isEqualTo(422);
        assertThat(client.get(configMaps + "?resourceVersion=1&resourceVersionMatch=Later")
                        .status())
                .isEqualTo(422);
        assertThat(client.get(configMaps + "?resourceVersion=x").status()).isEqualTo(400);
        Reply future = client.get(configMaps + "/a?resourceVersion=99999999");
        assertThat(future.status()).isEqualTo(504);
    }

    @Test
    @DisplayName("Rule 31: bookmarks carry kind, version and resourceVersion only; events of one object stay in order")
    void order() throws Exception {
        String query = "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        try (var one = client.watch(configMaps + query);
                var two = client.watch(configMaps + query)) {
            JsonNode bookmark = one.next();
            assertThat(bookmark.at("/type").asString()).isEqualTo("BOOKMARK");
            assertThat(bookmark.path("object").propertyNames())
                    .containsExactlyInAnyOrder("kind", "apiVersion", "metadata");
            two.next();
            create("a", "");
            client.patch("merge", configMaps + "/a", "{\"data\":{\"k\":\"1\"}}");
            client.patch("merge", configMaps + "/a", "{\"data\":{\"k\":\"2\"}}");
            client.delete(configMaps + "/a");
            List<JsonNode> events = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                JsonNode event = one.next();
                events.add(event);
                assertThat(two.next()).isEqualTo(event);
            }
            assertThat(events)
                    .extracting(event -> event.path("type").asString())
                    .containsExactly("ADDED", "MODIFIED", "MODIFIED", "DELETED");
            assertThat(events)
                    .extracting(event ->
                            event.at("/object/metadata/resourceVersion").asLong())
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("Rule 32: every operator of label selectors, several field terms, and upstream's words for bad ones")
    void selectors() {
        create("a", "\"x\":\"1\"");
        create("b", "\"x\":\"5\",\"y\":\"\"");
        create("c", "");
        assertThat(names("?labelSelector=x")).containsExactly("a", "b");
        assertThat(names("?labelSelector=x==1")).containsExactly("a");
        assertThat(names("?labelSelector=x>2")).containsExactly("b");
        assertThat(names("?labelSelector=x<2")).containsExactly("a");
        assertThat(names("?labelSelector=x notin (1),x")).containsExactly("b");
        assertThat(names("?labelSelector=y in (,z)")).containsExactly("b");
        assertThat(names("?labelSelector=y=")).containsExactly("b");
        assertThat(names("?fieldSelector=metadata.name!=a,metadata.name!=b")).containsExactly("c");
        Reply bad = client.get(configMaps + "?labelSelector=x in");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.at("/message")).startsWith("unable to parse requirement: ");
        Reply field = client.get(configMaps + "?fieldSelector=spec.x=a");
        assertThat(field.at("/message"))
                .isEqualTo("\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }

    @Test
    @DisplayName(
            "Rule 33: Tables in both versions, includeObject, lists of metadata, and kinds of answers there are not")
    void forms() {
        create("a", "");
        for (String version : List.of("v1", "v1beta1")) {
            Reply table = client.get(
                    configMaps + "?includeObject=Object",
                    "Accept",
                    "application/json;as=Table;v=" + version + ";g=meta.k8s.io");
            assertThat(table.at("/apiVersion")).isEqualTo("meta.k8s.io/" + version);
            assertThat(table.at("/rows/0/object/kind")).isEqualTo("ConfigMap");
        }
        String accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        assertThat(client.get(configMaps + "?includeObject=None", "Accept", accept)
                        .json()
                        .at("/rows/0/object")
                        .isNull())
                .isTrue();
        assertThat(client.get(configMaps + "?includeObject=Some", "Accept", accept)
                        .status())
                .isEqualTo(400);
        Reply none = client.get(configMaps, "Accept", "application/json;as=Chart;v=v1;g=meta.k8s.io");
        assertThat(none.status()).isEqualTo(406);
        assertThat(none.at("/reason")).isEqualTo("NotAcceptable");
        Reply fallback = client.get(
                configMaps, "Accept", "application/json;as=Chart;v=v1;g=meta.k8s.io, application/json;q=0.5");
        assertThat(fallback.at("/kind")).isEqualTo("ConfigMapList");
    }

    @Test
    @DisplayName("Events are chosen by their source, in either API's words")
    void eventsBySource() {
        String event =
                "{\"metadata\":{\"name\":\"e\",\"namespace\":\"default\"},\"regarding\":{\"kind\":\"Pod\",\"name\":\"p\","
                        + "\"namespace\":\"default\"},\"reason\":\"R\",\"action\":\"A\",\"type\":\"Normal\",\"reportingController\":"
                        + "\"test-controller\",\"reportingInstance\":\"i\",\"eventTime\":\"2026-01-02T03:04:05.000000Z\"}";
        String events = "/apis/events.k8s.io/v1/namespaces/default/events";
        assertThat(client.post(events, event).status()).isEqualTo(201);
        for (String path : new String[] {
            "/api/v1/namespaces/default/events?fieldSelector=source=test-controller",
            "/api/v1/namespaces/default/events?fieldSelector=reportingComponent=test-controller",
            events + "?fieldSelector=reportingController=test-controller",
            events + "?fieldSelector=regarding.name=p,reason=R"
        }) {
            Reply list = client.get(path);
            assertThat(list.at("/items/0/metadata/name")).as(path).isEqualTo("e");
        }
        Reply unknown = client.get(events + "?fieldSelector=odd=x");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.at("/message")).contains("field label not supported: odd");
    }
}
