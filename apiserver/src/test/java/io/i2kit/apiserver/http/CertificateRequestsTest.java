package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.http.content.ProtobufBodies;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.certificates.Requests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Who asks for certificates, and who may give them. */
class CertificateRequestsTest {
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final KeyPair PAIR = Requests.pair();

    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        String rules =
                "{\"metadata\":{\"name\":\"csr\"},\"rules\":[{\"apiGroups\":[\"certificates.k8s.io\"],\"resources\":["
                        + "\"certificatesigningrequests\",\"certificatesigningrequests/approval\",\"certificatesigningrequests/status\"],"
                        + "\"verbs\":[\"create\",\"update\",\"get\"]},{\"apiGroups\":[\"certificates.k8s.io\"],\"resources\":[\"signers\"],"
                        + "\"resourceNames\":[\"example.com/*\"],\"verbs\":[\"approve\"]}]}";
        assertThat(client.post("/apis/rbac.authorization.k8s.io/v1/clusterroles", rules)
                        .status())
                .isEqualTo(201);
        String binding =
                "{\"metadata\":{\"name\":\"csr\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":"
                        + "\"ClusterRole\",\"name\":\"csr\"},\"subjects\":[{\"kind\":\"User\",\"apiGroup\":\"rbac.authorization.k8s.io\","
                        + "\"name\":\"dev\"}]}";
        assertThat(client.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)
                        .status())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String body(String name, String subject, String signer) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"username\":\"somebody-else\",\"request\":\""
                + Requests.of(subject, PAIR, PAIR) + "\",\"signerName\":\"" + signer
                + "\",\"usages\":[\"client auth\"]}}";
    }

    private static Reply asDeveloper(String method, String path, String json) {
        return client.send(
                method,
                path,
                json.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + TestApiServer.DEVELOPER_TOKEN);
    }

    private static String approved(Reply created) {
        return created.text()
                .replace(
                        "\"status\":{}",
                        "\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\",\"reason\":\"r\",\"message\":\"m\"}]}");
    }

    @Test
    void theServerNamesWhoAsks() {
        Reply reply = asDeveloper("POST", REQUESTS, body("named", "CN=x", "example.com/s"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(reply.at("/spec/username")).isEqualTo("dev");
        assertThat(reply.at("/spec/groups/0")).isEqualTo("developers");
    }

    @Test
    void whatAUserIsBesidesIsReadFromProtobufToo() {
        ObjectNode object =
                Json.parseRequest(body("extra", "CN=x", "example.com/s").getBytes(StandardCharsets.UTF_8));
        object.put("apiVersion", "certificates.k8s.io/v1").put("kind", "CertificateSigningRequest");
        object.withObjectProperty("spec")
                .putObject("extra")
                .putArray("a.io/b")
                .add("c")
                .add("d");
        Reply reply = client.send(
                "POST", REQUESTS, ProtobufBodies.of(object), "Content-Type", "application/vnd.kubernetes.protobuf");
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(reply.at("/spec/username")).as("the server names who asks").isEqualTo("root");
    }

    @Test
    void approvingTakesAPermissionForTheSigner() {
        Reply own = asDeveloper("POST", REQUESTS, body("own", "CN=x", "example.com/s"));
        Reply taken = asDeveloper("PUT", REQUESTS + "/own/approval", approved(own));
        assertThat(taken.status()).as(taken.text()).isEqualTo(200);
        assertThat(taken.at("/status/conditions/0/type")).isEqualTo("Approved");
        Reply others = asDeveloper("POST", REQUESTS, body("others", "CN=x", "kubernetes.io/kube-apiserver-client"));
        Reply refused = asDeveloper("PUT", REQUESTS + "/others/approval", approved(others));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.at("/message"))
                .contains(
                        "user not permitted to approve requests with signerName \"kubernetes.io/kube-apiserver-client\"");
        Reply signed = asDeveloper(
                "PUT", REQUESTS + "/own/status", taken.text().replace("\"message\":\"m\"", "\"message\":\"n\""));
        assertThat(signed.status()).isEqualTo(403);
    }

    @Test
    void nobodyAsksToBeAnAdministrator() {
        refusesMasters("O=system:masters,CN=x");
        refusesMasters("O=a+O=system:masters+O=z,CN=x");
        refusesMasters("CN=x+O=system:masters");
    }

    private static void refusesMasters(String subject) {
        Reply reply = client.post(REQUESTS, body("root", subject, "kubernetes.io/kube-apiserver-client"));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.at("/message")).contains("signer with system:masters group is not allowed");
    }
}
