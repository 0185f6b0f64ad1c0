package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.registry.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rules of the Kubernetes API that are often got wrong, over HTTP; each test in a namespace of its own. */
class KubernetesApiRulesTest {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static TestApiServer server;
    private static TestClient client;

    private String namespace;
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
        namespace = "n" + NAMESPACES.incrementAndGet();
        configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
        Reply created = client.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
        assertThat(created.status()).isEqualTo(201);
    }

    private static String configMap(String name, String value) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"k\":\"" + value + "\"}}";
    }

    private ObjectNode created(String name) {
        Reply reply = client.post(configMaps, configMap(name, "v"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return (ObjectNode) reply.json();
    }

    private static String deployment(String name) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},"spec":{"replicas":2,
                "selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},
                "spec":{"containers":[{"name":"c","image":"nginx"}]}}}}""".formatted(name);
    }

    private String deployments() {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    }

    @Test
    @DisplayName("Rule 1: a stale resourceVersion is a 409 with upstream's text, a PUT without one is unconditional")
    void conflicts() {
        ObjectNode object = created("a");
        object.withObjectProperty("data").put("k", "w");
        assertThat(client.put(configMaps + "/a", object.toString()).status()).isEqualTo(200);
        Reply stale =
                client.put(configMaps + "/a", object.put("x", 1).without("x").toString());
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.at("/reason")).isEqualTo("Conflict");
        assertThat(stale.at("/message"))
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply"
                                + " your changes to the latest version and try again");
        assertThat(client.put(configMaps + "/a", configMap("a", "z")).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("Rule 2: a wrong uid is a 409, on PUT and as a precondition of DELETE")
    void uids() {
        ObjectNode object = created("a");
        object.withObjectProperty("metadata").put("uid", "other").remove("resourceVersion");
        assertThat(client.put(configMaps + "/a", object.toString()).status()).isEqualTo(409);
        Reply refused = client.send(
                "DELETE",
                configMaps + "/a",
                "{\"preconditions\":{\"uid\":\"other\"}}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.at("/message")).contains("Precondition failed: UID in precondition: other");
    }

    @Test
    @DisplayName("Rule 3: a write that changes nothing keeps the resourceVersion and emits no event")
    void noOpWrites() throws Exception {
        ObjectNode object = created("a");
        String version = object.at("/metadata/resourceVersion").asString();
        try (var watch = client.watch(configMaps + "?watch=1&resourceVersion=" + version)) {
            Reply same = client.patch("merge", configMaps + "/a", "{\"data\":{\"k\":\"v\"}}");
            assertThat(same.at("/metadata/resourceVersion")).isEqualTo(version);
            created("b");
            assertThat(watch.next(1)).containsExactly("ADDED b");
        }
    }

    @Test
    @DisplayName("Rules 5, 6: generation counts changes of the spec; status is written through /status only")
    void generationAndStatus() {
        Reply made = client.post(deployments(), deployment("d"));
        assertThat(made.json().at("/metadata/generation").asInt()).isEqualTo(1);
        String url = deployments() + "/d";
        Reply labelled =
                client.patch("merge", url, "{\"metadata\":{\"labels\":{\"x\":\"y\"}},\"status\":{\"replicas\":9}}");
        assertThat(labelled.json().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(labelled.json().at("/status/replicas").isMissingNode()).isTrue();
        Reply status =
                client.patch("merge", url + "/status", "{\"spec\":{\"replicas\":7},\"status\":{\"replicas\":1}}");
        assertThat(status.json().at("/status/replicas").asInt()).isEqualTo(1);
        assertThat(status.json().at("/spec/replicas").asInt()).isEqualTo(2);
        Reply scaled = client.patch("merge", url, "{\"spec\":{\"replicas\":5}}");
        assertThat(scaled.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(scaled.json().at("/status/replicas").asInt()).isEqualTo(1);
    }

    @Test
    @DisplayName("Rule 7: /scale is an autoscaling/v1 Scale with its selector as text; a patch changes the parent")
    void scale() {
        client.post(deployments(), deployment("d"));
        String url = deployments() + "/d/scale";
        Reply scale = client.get(url);
        assertThat(scale.at("/apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(scale.at("/kind")).isEqualTo("Scale");
        assertThat(scale.at("/status/selector")).isEqualTo("app=a");
        Reply patched = client.patch("merge", url, "{\"spec\":{\"replicas\":4}}");
        assertThat(patched.json().at("/spec/replicas").asInt()).isEqualTo(4);
        JsonNode parent = client.get(deployments() + "/d").json();
        assertThat(parent.at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(parent.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(parent.at("/metadata/resourceVersion").asString())
                .isEqualTo(patched.at("/metadata/resourceVersion"));
    }

    @Test
    @DisplayName("Rule 8: generateName adds five characters; without any name 422")
    void names() {
        Reply generated = client.post(configMaps, "{\"metadata\":{\"generateName\":\"x-\"}}");
        assertThat(generated.at("/metadata/name")).matches("x-[bcdfghjklmnpqrstvwxz2456789]{5}");
        Reply nameless = client.post(configMaps, "{\"metadata\":{}}");
        assertThat(nameless.status()).isEqualTo(422);
        assertThat(nameless.at("/details/causes/0/reason")).isEqualTo("FieldValueRequired");
        assertThat(nameless.at("/message")).contains("name or generateName is required");
    }

    @Test
    @DisplayName("Rule 9: resourceVersion on create is a 500; uid and creationTimestamp are the server's")
    void serverMetadata() {
        Reply refused = client.post(configMaps, "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"5\"}}");
        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.at("/message")).isEqualTo("resourceVersion should not be set on objects to be created");
        Reply made = client.post(
                configMaps,
                "{\"metadata\":{\"name\":\"a\",\"uid\":\"mine\",\"creationTimestamp\":\"2001-01-01T00:00:00Z\"}}");
        assertThat(made.at("/metadata/uid")).isNotEqualTo("mine").isNotEmpty();
        assertThat(made.at("/metadata/creationTimestamp"))
                .doesNotStartWith("2001")
                .endsWith("Z");
    }

    @Test
    @DisplayName(
            "Rule 10: namespaces and names of body and URL agree; a missing namespace is a 404, an ending one a 403")
    void namespacesAndNames() {
        Reply other = client.post(configMaps, "{\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}}");
        assertThat(other.status()).isEqualTo(400);
        created("a");
        assertThat(client.put(configMaps + "/a", configMap("b", "v")).status()).isEqualTo(400);
        Reply missing = client.post("/api/v1/namespaces/nowhere/configmaps", configMap("a", "v"));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.at("/message")).isEqualTo("namespaces \"nowhere\" not found");
        assertThat(client.delete("/api/v1/namespaces/" + namespace).at("/status/phase"))
                .isEqualTo("Terminating");
        Reply ending = client.post(configMaps, configMap("c", "v"));
        assertThat(ending.status()).isEqualTo(403);
        assertThat(ending.at("/details/causes/0/reason")).isEqualTo("NamespaceTerminating");
    }

    @Test
    @DisplayName("Rule 12: create 201, update 200, PUT to a missing object 404 but a Lease is created")
    void statuses() {
        assertThat(client.put(configMaps + "/a", configMap("a", "v")).status()).isEqualTo(404);
        Reply lease = client.put(
                "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/l",
                "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"holderIdentity\":\"me\"}}");
        assertThat(lease.status()).isEqualTo(201);
        created("a");
        Reply again = client.post(configMaps, configMap("a", "v"));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.at("/reason")).isEqualTo("AlreadyExists");
        assertThat(again.at("/details/kind")).isEqualTo("configmaps");
    }

    @Test
    @DisplayName("Rules 13, 15: 422 names every fault; data above 1 MiB is too long, a body above 3 MiB a 413")
    void validation() {
        Reply bad = client.post(configMaps, "{\"metadata\":{\"name\":\"A_b\",\"labels\":{\"x\":\"-\"}}}");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.at("/details/kind")).isEqualTo("ConfigMap");
        assertThat(bad.json().at("/details/causes").size()).isEqualTo(2);
        assertThat(bad.at("/message")).startsWith("ConfigMap \"A_b\" is invalid: [metadata.name: Invalid value");
        Reply big = client.post(configMaps, configMap("a", "x".repeat(1024 * 1024 + 1)));
        assertThat(big.status()).isEqualTo(422);
        assertThat(big.at("/details/causes/0/reason")).isEqualTo("FieldValueTooLong");
        Reply huge = client.post(configMaps, configMap("a", "x".repeat(3 * 1024 * 1024 + 1)));
        assertThat(huge.status()).isEqualTo(413);
    }

    @Test
    @DisplayName("Rule 14: an immutable Secret and a Secret's type do not change")
    void immutable() {
        String url = "/api/v1/namespaces/" + namespace + "/secrets";
        client.post(url, "{\"metadata\":{\"name\":\"s\"},\"immutable\":true,\"stringData\":{\"a\":\"b\"}}");
        Reply data = client.patch("merge", url + "/s", "{\"data\":{\"a\":\"Yw==\"}}");
        assertThat(data.status()).isEqualTo(422);
        assertThat(data.at("/message")).contains("data: Forbidden: field is immutable when `immutable` is set");
        Reply type = client.patch("merge", url + "/s", "{\"type\":\"other\"}");
        assertThat(type.at("/message")).contains("type: Invalid value: \"other\": field is immutable");
    }

    @Test
    @DisplayName("Rule 16: unknown fields: Strict 400, by default a Warning and dropped")
    void unknownFields() {
        String body = "{\"metadata\":{\"name\":\"a\"},\"bogus\":1}";
        Reply strict = client.post(configMaps + "?fieldValidation=Strict", body);
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.at("/message")).contains("strict decoding error: unknown field \"bogus\"");
        Reply warned = client.post(configMaps, body);
        assertThat(warned.status()).isEqualTo(201);
        Reply refused =
                client.post(configMaps, body.replace("\"metadata\":{", "\"metadata\":{\"namespace\":\"other\","));
        assertThat(refused.status()).isEqualTo(400);
        for (Reply reply : List.of(warned, refused)) {
            assertThat(reply.raw().headers().allValues("Warning"))
                    .containsExactly("299 - \"unknown field \\\"bogus\\\"\"");
        }
        assertThat(warned.json().has("bogus")).isFalse();
    }

    @Test
    @DisplayName("Rule 17: 400, 405, 406, 415 and unknown paths")
    void badRequests() {
        assertThat(client.post(configMaps, "{").status()).isEqualTo(400);
        assertThat(client.send("PATCH", configMaps, new byte[0]).status()).isEqualTo(405);
        assertThat(client.get(configMaps, "Accept", "image/png").status()).isEqualTo(406);
        Reply type = client.send("POST", configMaps, new byte[] {1}, "Content-Type", "text/html");
        assertThat(type.status()).isEqualTo(415);
        Reply unknown = client.get("/apis/none/v1/things");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).isEqualTo("404 page not found\n");
    }

    @Test
    @DisplayName("Rule 18: dryRun=All answers the object and stores nothing; another value is a 422")
    void dryRun() {
        assertThat(client.post(configMaps + "?dryRun=All", configMap("a", "v")).status())
                .isEqualTo(201);
        assertThat(client.get(configMaps + "/a").status()).isEqualTo(404);
        assertThat(client.post(configMaps + "?dryRun=Some", configMap("a", "v")).status())
                .isEqualTo(422);
        String version = created("a").at("/metadata/resourceVersion").asString();
        assertThat(client.delete(configMaps + "/a?dryRun=All").status()).isEqualTo(200);
        assertThat(client.get(configMaps + "/a").at("/metadata/resourceVersion"))
                .isEqualTo(version);
    }

    @Test
    @DisplayName("Rule 20: anonymous 403, bad token 401, health open to all")
    void authentication() {
        Reply anonymous = client.get(configMaps, "Authorization", "");
        assertThat(anonymous.status()).isEqualTo(403);
        assertThat(anonymous.at("/message"))
                .isEqualTo(
                        "configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" in API"
                                + " group \"\" in the namespace \"" + namespace + "\"");
        assertThat(client.get(configMaps, "Authorization", "Bearer nonsense").status())
                .isEqualTo(401);
        assertThat(client.get(configMaps, "Authorization", "Bearer " + TestApiServer.NOBODY_TOKEN)
                        .at("/message"))
                .contains("User \"nobody\" cannot list");
        assertThat(client.get("/readyz", "Authorization", "").text()).isEqualTo("ok");
        assertThat(client.get("/readyz?verbose", "Authorization", "").text()).contains("[+]storage ok\n");
    }

    @Test
    @DisplayName("Rule 26: pages show the first page's state; a malformed token is a 400")
    void paging() {
        for (String name : new String[] {"a", "b", "c"}) {
            created(name);
        }
        Reply first = client.get(configMaps + "?limit=2");
        assertThat(first.json().at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
        created("d");
        String version = first.at("/metadata/resourceVersion");
        Reply second = client.get(configMaps + "?limit=2&continue=" + first.at("/metadata/continue"));
        assertThat(second.json().at("/items").size()).isEqualTo(1);
        assertThat(second.at("/items/0/metadata/name")).isEqualTo("c");
        assertThat(second.at("/metadata/resourceVersion")).isEqualTo(version);
        assertThat(client.get(configMaps + "?continue=xxx").status()).isEqualTo(400);
    }

    @Test
    @DisplayName("Rule 27: resourceVersionMatch needs a resourceVersion; one of the future is a 504")
    void resourceVersions() {
        assertThat(client.get(configMaps + "?resourceVersionMatch=Exact").status())
                .isEqualTo(422);
        Reply future = client.get(configMaps + "?resourceVersion=99999999");
        assertThat(future.status()).isEqualTo(504);
        assertThat(future.at("/details/causes/0/reason")).isEqualTo("ResourceVersionTooLarge");
        assertThat(future.json().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
    }

    @Test
    @DisplayName("Rule 32: selectors by label and field; an unknown field is a 400")
    void selectors() {
        created("a");
        client.post(configMaps, "{\"metadata\":{\"name\":\"b\",\"labels\":{\"x\":\"1\"}}}");
        assertThat(names("?labelSelector=x in (1,2)")).containsExactly("b");
        assertThat(names("?labelSelector=!x")).containsExactly("a");
        assertThat(names("?labelSelector=x!=1")).containsExactly("a");
        assertThat(names("?fieldSelector=metadata.name=a")).containsExactly("a");
        assertThat(client.get(configMaps + "?fieldSelector=data=a").status()).isEqualTo(400);
    }

    private List<String> names(String query) {
        return client.get(configMaps + query)
                .json()
                .at("/items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asString())
                .toList();
    }

    @Test
    @DisplayName("Rule 33: Tables and PartialObjectMetadata")
    void tables() {
        created("a");
        Reply table = client.get(configMaps, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        assertThat(table.at("/kind")).isEqualTo("Table");
        assertThat(table.at("/columnDefinitions/1/name")).isEqualTo("Data");
        assertThat(table.at("/rows/0/cells/0")).isEqualTo("a");
        assertThat(table.json().at("/rows/0/cells/1").asInt()).isEqualTo(1);
        assertThat(table.at("/rows/0/object/kind")).isEqualTo("PartialObjectMetadata");
        Reply partial =
                client.get(configMaps, "Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
        assertThat(partial.at("/kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(partial.json().at("/items/0").has("data")).isFalse();
    }

    @Test
    @DisplayName("Rule 34: finalizers keep a deleted object; no new ones meanwhile; the last one removed, it is gone")
    void finalizers() {
        client.post(configMaps, "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"x/y\"]}}");
        Reply marked = client.delete(configMaps + "/a");
        assertThat(marked.at("/metadata/deletionTimestamp")).isNotEmpty();
        Reply more = client.patch("merge", configMaps + "/a", "{\"metadata\":{\"finalizers\":[\"x/y\",\"x/z\"]}}");
        assertThat(more.status()).isEqualTo(422);
        assertThat(more.at("/message")).contains("no new finalizers can be added if the object is being deleted");
        assertThat(client.patch("merge", configMaps + "/a", "{\"metadata\":{\"finalizers\":null}}")
                        .status())
                .isEqualTo(200);
        assertThat(client.get(configMaps + "/a").status()).isEqualTo(404);
        String uid = created("b").at("/metadata/uid").asString();
        Reply gone = client.delete(configMaps + "/b");
        assertThat(gone.at("/status")).isEqualTo("Success");
        assertThat(gone.at("/details/uid")).isEqualTo(uid);
    }

    @Test
    @DisplayName("Rule 36: a propagation policy becomes a finalizer")
    void propagation() {
        client.post(deployments(), deployment("d"));
        Reply foreground = client.delete(deployments() + "/d?propagationPolicy=Foreground");
        assertThat(foreground.at("/metadata/finalizers/0")).isEqualTo("foregroundDeletion");
        client.post(deployments(), deployment("e"));
        Reply orphan = client.delete(deployments() + "/e?propagationPolicy=Orphan");
        assertThat(orphan.at("/metadata/finalizers/0")).isEqualTo("orphan");
        assertThat(client.delete(deployments() + "/e?propagationPolicy=Bad").status())
                .isEqualTo(422);
    }

    @Test
    @DisplayName("Rule 37: a namespace goes when its spec.finalizers are empty")
    void namespaceFinalizers() {
        String url = "/api/v1/namespaces/" + namespace;
        assertThat(client.get(url).at("/metadata/labels/kubernetes.io~1metadata.name"))
                .isEqualTo(namespace);
        assertThat(client.get(url).at("/spec/finalizers/0")).isEqualTo("kubernetes");
        client.delete(url);
        ObjectNode object = (ObjectNode) client.get(url).json();
        object.withObjectProperty("spec").remove("finalizers");
        assertThat(client.put(url + "/finalize", object.toString()).status()).isEqualTo(200);
        assertThat(client.get(url).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("Rule 38: aggregated discovery with ETag, and the legacy documents")
    void discovery() {
        String accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        Reply aggregated = client.get("/apis", "Accept", accept);
        assertThat(aggregated.raw().headers().firstValue("Content-Type")).hasValue(accept);
        assertThat(aggregated.at("/kind")).isEqualTo("APIGroupDiscoveryList");
        String etag = aggregated.raw().headers().firstValue("ETag").orElseThrow();
        assertThat(client.get("/apis", "Accept", accept, "If-None-Match", etag).status())
                .isEqualTo(304);
        assertThat(client.get("/api/v1").text()).contains("\"pods/log\"");
        assertThat(client.get("/apis/apps").at("/preferredVersion/groupVersion"))
                .isEqualTo("apps/v1");
        assertThat(client.get("/version").at("/minor")).isEqualTo("37");
    }

    @Test
    @DisplayName("Rule 39: OpenAPI v3 by hash: kept for ever, an old hash leads to the new one")
    void openApi() {
        String url = client.get("/openapi/v3")
                .json()
                .at("/paths")
                .path("api/v1")
                .at("/serverRelativeURL")
                .asString();
        Reply document = client.get(url);
        assertThat(document.raw().headers().firstValue("Cache-Control")).hasValue("public, immutable");
        assertThat(document.at("/openapi")).isEqualTo("3.0.0");
        Reply old = client.get("/openapi/v3/api/v1?hash=OLD");
        assertThat(old.status()).isEqualTo(301);
        assertThat(old.raw().headers().firstValue("Location")).hasValue(url);
    }

    @Test
    @DisplayName("Rule 39: OpenAPI v2 as JSON, and as the message that kubectl asks for")
    void openApiV2() throws Exception {
        String type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
        Reply binary =
                client.get("/openapi/v2", "Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        assertThat(binary.raw().headers().firstValue("Content-Type")).hasValue(type);
        UnknownFieldSet document = UnknownFieldSet.parseFrom(binary.body());
        UnknownFieldSet definitions = UnknownFieldSet.parseFrom(
                document.getField(9).getLengthDelimitedList().getFirst());
        JsonNode json = client.get("/openapi/v2").json();
        assertThat(definitions.getField(1).getLengthDelimitedList())
                .hasSize(json.path("definitions").size());
        UnknownFieldSet first = UnknownFieldSet.parseFrom(
                definitions.getField(1).getLengthDelimitedList().getFirst());
        assertThat(first.getField(1).getLengthDelimitedList().getFirst().toStringUtf8())
                .isEqualTo(json.path("definitions").propertyNames().iterator().next());
        String etag = binary.raw().headers().firstValue("ETag").orElseThrow();
        assertThat(client.get("/openapi/v2", "Accept", type, "If-None-Match", etag)
                        .status())
                .isEqualTo(304);
        assertThat(client.get("/openapi/v2", "Accept", "text/html").status()).isEqualTo(406);
    }

    @Test
    @DisplayName("Discovery says what the stored kind is, and that namespaces are not deleted all at once")
    void discoveryOfParticularKinds() {
        Reply core = client.get("/api/v1");
        Reply events = client.get("/apis/events.k8s.io/v1");
        assertThat(resource(events, "events").path("storageVersionHash"))
                .isEqualTo(resource(core, "events").path("storageVersionHash"));
        assertThat(resource(events, "events").path("shortNames").path(0).asString())
                .isEqualTo("ev");
        assertThat(resource(client.get("/apis/authorization.k8s.io/v1"), "subjectaccessreviews")
                        .has("storageVersionHash"))
                .isFalse();
        assertThat(resource(core, "pods").path("verbs").toString()).contains("deletecollection");
        assertThat(resource(core, "namespaces").path("verbs").toString()).doesNotContain("deletecollection");
        assertThat(client.delete("/api/v1/namespaces").status()).isEqualTo(405);
        assertThat(client.get("/version").at("/gitVersion")).isEqualTo("v1.37.2");
    }

    private static JsonNode resource(Reply list, String name) {
        return list.json()
                .path("resources")
                .valueStream()
                .filter(resource -> resource.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("A kind that is only listed cannot be written; one that is only stored is stored with a warning")
    void support() {
        String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        assertThat(client.get(definitions).at("/kind")).isEqualTo("CustomResourceDefinitionList");
        Reply refused = client.post(definitions, "{\"metadata\":{\"name\":\"s\"}}");
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.at("/message")).contains("does not run objects of kind CustomResourceDefinition");
        Reply stored = client.post(
                "/apis/networking.k8s.io/v1/namespaces/" + namespace + "/ingresses",
                "{\"metadata\":{\"name\":\"i\"},\"spec\":{\"defaultBackend\":{\"service\":{\"name\":\"s\",\"port\":{\"number\":80}}}}}");
        assertThat(stored.status()).isEqualTo(201);
        assertThat(stored.raw().headers().firstValue("Warning").orElse("")).contains("nothing in i2kit acts on it");
    }

    @Test
    @DisplayName("Events have two views of one object")
    void eventViews() {
        String core = "/api/v1/namespaces/" + namespace + "/events";
        client.post(
                core,
                "{\"metadata\":{\"name\":\"e\"},\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\",\"namespace\":\""
                        + namespace + "\"},\"reason\":\"R\",\"message\":\"m\",\"type\":\"Normal\"}");
        String other = "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events";
        Reply shown = client.get(other + "/e");
        assertThat(shown.at("/apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(shown.at("/regarding/name")).isEqualTo("p");
        assertThat(shown.at("/note")).isEqualTo("m");
        Reply refused = client.patch("merge", other + "/e", "{\"note\":\"n\"}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/message"))
                .isEqualTo("Event \"e\" is invalid: message: Invalid value: \"n\": field is immutable");
        assertThat(client.patch("merge", other + "/e", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                        .status())
                .isEqualTo(200);
        assertThat(client.get(core + "/e").at("/metadata/labels/a")).isEqualTo("b");
        assertThat(client.patch("merge", core + "/e", "{\"message\":\"n\"}").status())
                .isEqualTo(200);
        assertThat(client.get(other + "/e").at("/note")).isEqualTo("n");
        assertThat(client.get(core + "?fieldSelector=involvedObject.name=p")
                        .json()
                        .at("/items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("YAML is accepted and answered")
    void yaml() {
        byte[] yaml =
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {a: b}\n".getBytes(StandardCharsets.UTF_8);
        Reply made =
                client.send("POST", configMaps, yaml, "Content-Type", "application/yaml", "Accept", "application/yaml");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.text()).contains("\n  name: \"y\"\n");
    }

    @Test
    @DisplayName("A list joins the stored bytes")
    void listsAreJoined() {
        created("a");
        created("b");
        JsonNode list = Json.MAPPER.readTree(client.get(configMaps).body());
        assertThat(list.at("/kind").asString()).isEqualTo("ConfigMapList");
        assertThat(list.at("/items/1")).isEqualTo(client.get(configMaps + "/b").json());
    }
}
