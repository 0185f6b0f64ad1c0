package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.http.content.ProtobufBodies;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.Support;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** In which forms objects come and go. */
class NegotiationTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        for (int i = 0; i < 5; i++) {
            String data = "{\"metadata\":{\"name\":\"big" + i + "\"},\"data\":{\"k\":\"" + "v".repeat(30_000) + "\"}}";
            assertThat(client.post(MAPS, data).status()).isEqualTo(201);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> samples() {
        return SampleObjects.LINES.stream();
    }

    @Test
    void eachKindThatCanBeStoredHasASample() {
        Set<String> sampled = new HashSet<>();
        SampleObjects.LINES.forEach(line -> sampled.add(SampleObjects.path(line).replace("/namespaces/default", "")));
        List<String> missing = server.registry.table().all().stream()
                .filter(definition -> definition.isStored() && definition.support() != Support.LISTED)
                .map(NegotiationTest::path)
                .filter(path -> !sampled.contains(path))
                .toList();
        assertThat(missing).isEmpty();
    }

    private static String path(ResourceDefinition definition) {
        String version = definition.names().apiVersion();
        return (version.equals("v1") ? "/api/v1/" : "/apis/" + version + "/")
                + definition.names().plural();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anObjectInProtobufIsTheOneInJson(String line) {
        String path = SampleObjects.path(line) + "?dryRun=All&fieldManager=m";
        ObjectNode object = SampleObjects.object(line);
        Reply json = client.post(path, object.toString());
        assertThat(json.status()).as(json.text()).isEqualTo(201);
        object.set("apiVersion", json.json().get("apiVersion"));
        object.set("kind", json.json().get("kind"));
        Reply binary = client.send("POST", path, ProtobufBodies.of(object), "Content-Type", PROTOBUF);
        assertThat(binary.status()).as(binary.text()).isEqualTo(201);
        assertThat(comparable(binary.json())).isEqualTo(comparable(json.json()));
    }

    /** Without what differs from one creation to the next: times, uid (also in labels), allotted addresses and ports. */
    private static JsonNode comparable(JsonNode object) {
        String uid = object.at("/metadata/uid").asString();
        ObjectNode copy = (ObjectNode) Json.MAPPER.readTree(object.toString().replace(uid, "uid"));
        ((ObjectNode) copy.get("metadata")).remove(List.of("creationTimestamp", "managedFields"));
        if (copy.get("status") instanceof ObjectNode status) {
            status.remove("lastPhaseTransitionTime");
        }
        if (copy.get("spec") instanceof ObjectNode spec) {
            spec.remove(List.of("clusterIP", "clusterIPs", "healthCheckNodePort"));
            spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
        }
        return copy;
    }

    @Test
    void bigAnswersAreCompressedForThoseWhoAsk() throws IOException {
        Reply plain = client.get(MAPS);
        assertThat(plain.raw().headers().firstValue("Content-Encoding")).isEmpty();
        Reply zipped = client.get(MAPS, "Accept-Encoding", "gzip");
        assertThat(zipped.raw().headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(zipped.raw().headers().firstValue("Vary").orElse("")).contains("Accept-Encoding");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            JsonNode list = Json.MAPPER.readTree(in.readAllBytes());
            assertThat(list.path("items")).isEqualTo(plain.json().path("items"));
        }
        Reply small = client.get(MAPS + "/big0", "Accept-Encoding", "gzip");
        assertThat(small.raw().headers().firstValue("Content-Encoding")).isEmpty();
        Reply refused = client.get(MAPS, "Accept-Encoding", "gzip;q=0, identity");
        assertThat(refused.raw().headers().firstValue("Content-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;q=0.1, application/yaml;q=0.9 | application/yaml",
                "application/yaml;q=0.1, application/json | application/json",
                "text/html, application/xhtml+xml, */*;q=0.8 | application/json",
                "application/vnd.kubernetes.protobuf, application/json | application/json",
                "application/cbor, application/json;q=0.5 | application/json",
                "application/*;q=0.5 | application/json",
                "application/json;as=Table;v=v2;g=meta.k8s.io, application/yaml | application/yaml"
            })
    void theMostWantedFormThatThereIsIsTaken(String accept, String type) {
        Reply reply = client.get(MAPS + "/big0", "Accept", accept);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.raw().headers().firstValue("Content-Type").orElse("")).startsWith(type);
    }

    @Test
    void aReviewIsNoTable() {
        String review = "{\"spec\":{\"nonResourceAttributes\":{\"verb\":\"get\",\"path\":\"/x\"}}}";
        String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        String table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        byte[] body = review.getBytes(StandardCharsets.UTF_8);
        Reply refused = client.send("POST", path, body, "Content-Type", "application/json", "Accept", table);
        assertThat(refused.status()).isEqualTo(406);
        Reply other = client.send(
                "POST", path, body, "Content-Type", "application/json", "Accept", table + ", application/json");
        assertThat(other.at("/kind")).isEqualTo("SelfSubjectAccessReview");
    }

    @ParameterizedTest
    @CsvSource({
        "invalid,time: invalid duration \"invalid\"",
        "30,time: missing unit in duration \"30\"",
        "3x,time: unknown unit \"x\" in duration \"3x\"",
        "1s-,time: unknown unit \"s-\" in duration \"1s-\""
    })
    void aTimeoutIsADuration(String timeout, String fault) {
        Reply reply = client.get(MAPS + "/big0?timeout=" + timeout);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/message")).isEqualTo("invalid timeout specified in the request URL - " + fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "32s", "1h30m", "1.5h", "10h0m0s", "-1s", ".5s"})
    void durationsAreTaken(String timeout) {
        assertThat(client.get(MAPS + "/big0?timeout=" + timeout).status()).isEqualTo(200);
    }

    @Test
    void peopleGetIndentedJson() {
        String path = MAPS + "/nothing";
        String plain = client.get(path).text();
        assertThat(plain).doesNotContain("\n ");
        for (Reply reply : List.of(
                client.get(path, "User-Agent", "curl/8.5.0"),
                client.get(path + "?pretty=true"),
                client.get(path, "User-Agent", "Mozilla/5.0 (X11)"))) {
            assertThat(reply.text())
                    .startsWith("{\n  \"kind\": \"Status\",\n  \"apiVersion\": \"v1\",\n  \"metadata\": {},\n")
                    .endsWith("\n}");
            assertThat(reply.json()).isEqualTo(Json.MAPPER.readTree(plain));
        }
        assertThat(client.get(path + "?pretty=false", "User-Agent", "curl/8.5.0")
                        .text())
                .isEqualTo(plain);
    }

    @Test
    void cborIsOffAsByDefaultUpstream() {
        Reply asked = client.get(MAPS, "Accept", "application/cbor");
        assertThat(asked.status()).isEqualTo(406);
        assertThat(asked.at("/reason")).isEqualTo("NotAcceptable");
        byte[] map = {(byte) 0xa0};
        for (String type : List.of("application/cbor", "application/apply-patch+cbor")) {
            Reply sent = client.send(
                    type.contains("patch") ? "PATCH" : "POST",
                    type.contains("patch") ? MAPS + "/big0?fieldManager=m" : MAPS,
                    map,
                    "Content-Type",
                    type);
            assertThat(sent.status()).as(type).isEqualTo(415);
            assertThat(sent.at("/reason")).isEqualTo("UnsupportedMediaType");
        }
    }

    @ParameterizedTest
    @CsvSource({"v1", "v1beta1"})
    void tablesAndMetadataComeInBothVersions(String version) {
        String table = "application/json;as=Table;v=" + version + ";g=meta.k8s.io";
        Reply list = client.get(MAPS, "Accept", table);
        assertThat(list.at("/kind")).isEqualTo("Table");
        assertThat(list.at("/apiVersion")).isEqualTo("meta.k8s.io/" + version);
        assertThat(list.at("/rows/0/object/kind")).isEqualTo("PartialObjectMetadata");
        assertThat(list.at("/rows/0/object/apiVersion")).isEqualTo("meta.k8s.io/" + version);
        Reply one = client.get(MAPS + "/big0", "Accept", table.replace("Table", "PartialObjectMetadata"));
        assertThat(one.at("/kind")).isEqualTo("PartialObjectMetadata");
        assertThat(one.at("/apiVersion")).isEqualTo("meta.k8s.io/" + version);
        assertThat(one.json().has("data")).isFalse();
        Reply all = client.get(MAPS, "Accept", table.replace("Table", "PartialObjectMetadataList"));
        assertThat(all.at("/kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(all.at("/apiVersion")).isEqualTo("meta.k8s.io/" + version);
    }
}
