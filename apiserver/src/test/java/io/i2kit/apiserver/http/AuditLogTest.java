package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.http.audit.AuditOptions;
import io.i2kit.apiserver.http.audit.AuditPolicy;
import io.i2kit.apiserver.registry.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the audit log holds of requests, by the levels of a policy. */
class AuditLogTest {
    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            omitManagedFields: true
            rules:
            - level: None
              users: [system:anonymous]
              nonResourceURLs: ["/readyz*"]
            - level: Metadata
              resources: [{group: "", resources: [secrets]}]
            - level: RequestResponse
              verbs: [create, patch]
              resources: [{group: "", resources: [configmaps]}]
            - level: Request
              namespaces: [kube-public]
            - level: Metadata
              verbs: [watch]
              omitStages: [ResponseComplete]
            - level: None
              userGroups: [system:masters]
            - level: Metadata
            """;
    private static TestApiServer server;
    private static TestClient client;
    private static Path log;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        log = folder.resolve("logs/audit.log");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        server = new TestApiServer(folder, 0, new AuditOptions(AuditPolicy.read(policy), log, 1 << 20, 0), null);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The events whose URI holds a text. */
    private static List<JsonNode> events(String uri) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        if (Files.exists(log)) {
            for (String line : Files.readAllLines(log)) {
                JsonNode event = Json.MAPPER.readTree(line);
                if (event.path("requestURI").asString("").contains(uri)) {
                    found.add(event);
                }
            }
        }
        return found;
    }

    @Test
    void secretsAreNamedAndNotShown() throws Exception {
        client.post(
                "/api/v1/namespaces/default/secrets?fieldManager=m",
                "{\"metadata\":{\"name\":\"hidden\"},\"stringData\":{\"k\":\"treasure\"}}");
        List<JsonNode> events = events("fieldManager=m");
        assertThat(events).hasSize(1);
        JsonNode event = events.getFirst();
        assertThat(event.toString()).doesNotContain("treasure");
        assertThat(event.path("level").asString()).isEqualTo("Metadata");
        assertThat(event.path("stage").asString()).isEqualTo("ResponseComplete");
        assertThat(event.path("verb").asString()).isEqualTo("create");
        assertThat(event.path("objectRef").toString())
                .isEqualTo(
                        "{\"resource\":\"secrets\",\"namespace\":\"default\",\"name\":\"hidden\",\"apiVersion\":\"v1\"}");
        assertThat(event.path("responseStatus").toString()).isEqualTo("{\"metadata\":{},\"code\":201}");
        assertThat(event.path("sourceIPs").toString()).isEqualTo("[\"127.0.0.1\"]");
        assertThat(event.at("/user/username").asString()).isEqualTo("root");
        assertThat(event.at("/annotations/authorization.k8s.io~1decision").asString())
                .isEqualTo("allow");
    }

    @Test
    void bodiesAreShownWithoutManagedFields() throws Exception {
        var reply = client.post(
                "/api/v1/namespaces/default/configmaps?bodies",
                "{\"metadata\":{\"name\":\"open\"},\"data\":{\"k\":\"v\"}}");
        JsonNode event = events("configmaps?bodies").getFirst();
        assertThat(reply.raw().headers().firstValue("Audit-Id"))
                .hasValue(event.path("auditID").asString());
        assertThat(event.at("/requestObject/data/k").asString()).isEqualTo("v");
        assertThat(event.at("/responseObject/metadata/uid").asString()).isNotEmpty();
        assertThat(event.path("responseObject").toString()).doesNotContain("managedFields");
        assertThat(client.get("/api/v1/namespaces/default/configmaps/open")
                        .json()
                        .at("/metadata/managedFields")
                        .isEmpty())
                .isFalse();
        client.delete("/api/v1/namespaces/kube-public/configmaps/none?requestOnly");
        JsonNode failed = events("requestOnly").getFirst();
        assertThat(failed.at("/responseStatus/reason").asString()).isEqualTo("NotFound");
        assertThat(failed.at("/responseStatus/code").asInt()).isEqualTo(404);
        assertThat(failed.has("responseObject")).isFalse();
    }

    @Test
    void refusalsAndImpersonationAreTold() throws Exception {
        client.get("/api/v1/nodes?refused", "Authorization", "Bearer " + TestApiServer.NOBODY_TOKEN);
        JsonNode forbidden = events("nodes?refused").getFirst();
        assertThat(forbidden.at("/annotations/authorization.k8s.io~1decision").asString())
                .isEqualTo("forbid");
        client.get("/api/v1/nodes?stranger", "Authorization", "Bearer nonsense");
        assertThat(events("nodes?stranger")
                        .getFirst()
                        .at("/responseStatus/code")
                        .asInt())
                .isEqualTo(401);
        client.get("/api/v1/namespaces/default/secrets?as", "Impersonate-User", "eve");
        JsonNode impersonated = events("secrets?as").getFirst();
        assertThat(impersonated.at("/user/username").asString()).isEqualTo("root");
        assertThat(impersonated.at("/impersonatedUser/username").asString()).isEqualTo("eve");
        assertThat(client.get("/readyz?quiet", "Authorization", "").status()).isEqualTo(200);
        assertThat(client.get("/api/v1/nodes?quiet").status()).isEqualTo(200);
        assertThat(events("quiet")).isEmpty();
    }

    @Test
    void watchesTellWhenTheyBegin() throws Exception {
        try (var watch = client.watch("/api/v1/nodes?watch=1&timeoutSeconds=1&stages")) {
            assertThat(watch.status()).isEqualTo(200);
            watch.next();
        }
        assertThat(events("&stages"))
                .extracting(event -> event.path("stage").asString())
                .containsExactly("ResponseStarted");
    }

    @Test
    void anUpgradedConnectionHasItsCode() throws Exception {
        String path = "/api/v1/namespaces?watch=true&upgraded";
        try (WebSocketClient watch = WebSocketClient.open(server, path, TestApiServer.ADMIN_TOKEN)) {
            assertThat(watch.next().kind()).isEqualTo(WebSocketClient.Message.Kind.TEXT);
        }
        List<JsonNode> events = events("&upgraded");
        assertThat(events).extracting(event -> event.path("stage").asString()).containsExactly("ResponseStarted");
        assertThat(events.getFirst().path("responseStatus").toString()).isEqualTo("{\"metadata\":{},\"code\":101}");
    }

    @Test
    void fullFilesArePutAside(@TempDir Path folder) throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"),
                "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}");
        Path small = folder.resolve("small.log");
        try (TestApiServer other =
                new TestApiServer(folder, 0, new AuditOptions(AuditPolicy.read(policy), small, 4000, 2), null)) {
            TestClient admin = new TestClient(other);
            for (int i = 0; i < 40; i++) {
                admin.get("/api/v1/nodes?number=" + i);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> logs = files.filter(file -> file.getFileName().toString().startsWith("small"))
                    .toList();
            assertThat(logs)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(4000));
        }
        assertThat(Files.readString(small, StandardCharsets.UTF_8)).contains("number=39");
    }

    @Test
    void policiesAreChecked(@TempDir Path folder) throws Exception {
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: All}]}");
        assertThatThrownBy(() -> AuditPolicy.read(policy))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("rules[0].level: \"All\" is none of None, Metadata, Request, RequestResponse");
        Files.writeString(policy, "{apiVersion: audit.k8s.io/v1, kind: Policy}");
        assertThatThrownBy(() -> AuditPolicy.read(policy)).hasMessageContaining("0 rules");
    }
}
