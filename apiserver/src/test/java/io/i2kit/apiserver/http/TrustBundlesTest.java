package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.certificates.Bundles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Who may write ClusterTrustBundles of a signer, and who reads them. */
class TrustBundlesTest {
    private static final String BUNDLES = "/apis/certificates.k8s.io/v1/clustertrustbundles";

    private static TestApiServer server;
    private static TestClient client;
    private static Path folder;

    @BeforeAll
    static void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        String rules = "{'metadata':{'name':'ctb'},'rules':[{'apiGroups':['certificates.k8s.io'],'resources':["
                + "'clustertrustbundles'],'verbs':['create','update']},{'apiGroups':['certificates.k8s.io'],'resources':["
                + "'signers'],'resourceNames':['a.io/*'],'verbs':['attest']}]}";
        String binding =
                "{'metadata':{'name':'ctb'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole',"
                        + "'name':'ctb'},'subjects':[{'kind':'User','apiGroup':'rbac.authorization.k8s.io','name':'dev'}]}";
        made("/apis/rbac.authorization.k8s.io/v1/clusterroles", rules);
        made("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void made(String path, String json) {
        Reply reply = client.post(path, json.replace('\'', '"'));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    }

    private static Reply asDeveloper(String name, String signer) {
        ObjectNode bundle = Json.object();
        bundle.putObject("metadata").put("name", name);
        bundle.putObject("spec").put("signerName", signer).put("trustBundle", Bundles.AUTHORITY);
        return client.send(
                "POST",
                BUNDLES,
                bundle.toString().getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + TestApiServer.DEVELOPER_TOKEN);
    }

    @Test
    void aSignersBundleTakesThePermissionToAttest() {
        Reply allowed = asDeveloper("a.io:b:x", "a.io/b");
        assertThat(allowed.status()).as(allowed.text()).isEqualTo(201);
        Reply refused = asDeveloper("c.io:b:x", "c.io/b");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.at("/message"))
                .isEqualTo(
                        "clustertrustbundles.certificates.k8s.io \"c.io:b:x\" is forbidden: user not permitted to attest for"
                                + " signerName \"c.io/b\"");
        assertThat(client.get(BUNDLES + "?fieldSelector=spec.signerName%3Da.io/b")
                        .json()
                        .path("items"))
                .hasSize(1);
    }

    @Test
    void kubectlShowsThemAndAccountsReadThem() throws Exception {
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        ObjectNode bundle =
                Json.object().put("apiVersion", "certificates.k8s.io/v1").put("kind", "ClusterTrustBundle");
        bundle.putObject("metadata").put("name", "own");
        bundle.putObject("spec").put("trustBundle", Bundles.AUTHORITY);
        Files.writeString(folder.resolve("own.json"), bundle.toString());
        Kubectl kubectl = new Kubectl(folder);
        String file = folder.resolve("own.json").toString();
        assertThat(kubectl.ok("apply", "-f", file)).contains("clustertrustbundle.certificates.k8s.io/own created");
        assertThat(kubectl.ok("get", "clustertrustbundles").replaceAll(" +", " "))
                .contains("NAME SIGNERNAME")
                .contains("own <none>");
        assertThat(kubectl.ok(
                        "auth",
                        "can-i",
                        "list",
                        "clustertrustbundles",
                        "--as=system:serviceaccount:default:default",
                        "--as-group=system:serviceaccounts"))
                .endsWith("yes");
    }
}
