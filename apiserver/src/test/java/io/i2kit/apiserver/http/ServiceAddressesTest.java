package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The IPAddresses of Services, and those that are nobody's Service's. */
class ServiceAddressesTest {
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String ADDRESSES = "/apis/networking.k8s.io/v1/ipaddresses";

    @TempDir
    Path folder;

    private TestApiServer server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply service(String name, String spec, String query) {
        return client.post(
                SERVICES + query,
                "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"ports\":[{\"port\":80}]" + spec + "}}");
    }

    @Test
    void theAddressOfAServiceIsAnObjectAsLongAsItIsHeld() {
        String address = service("s", "", "").at("/spec/clusterIP");
        Reply record = client.get(ADDRESSES + "/" + address);
        assertThat(record.status()).as(record.text()).isEqualTo(200);
        assertThat(record.at("/metadata/labels/ipaddress.kubernetes.io~1ip-family"))
                .isEqualTo("IPv4");
        assertThat(record.at("/metadata/labels/ipaddress.kubernetes.io~1managed-by"))
                .isEqualTo("ipallocator.k8s.io");
        assertThat(record.at("/spec/parentRef/resource")).isEqualTo("services");
        assertThat(record.at("/spec/parentRef/namespace")).isEqualTo("default");
        assertThat(record.at("/spec/parentRef/name")).isEqualTo("s");
        Reply external = client.patch(
                "merge",
                SERVICES + "/s",
                "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.io\",\"clusterIP\":\"\",\"clusterIPs\":null}}");
        assertThat(external.status()).as(external.text()).isEqualTo(200);
        assertThat(client.get(ADDRESSES + "/" + address).status()).isEqualTo(404);
        service("t", ",\"clusterIP\":\"10.96.9.9\"", "");
        assertThat(client.get(ADDRESSES + "/10.96.9.9").status()).isEqualTo(200);
        client.delete(SERVICES + "/t");
        assertThat(client.get(ADDRESSES + "/10.96.9.9").status()).isEqualTo(404);
    }

    @Test
    void headlessAndDryRunsHaveNone() {
        String before = client.get(ADDRESSES).json().path("items").toString();
        service("s", ",\"clusterIP\":\"None\"", "");
        service("t", ",\"clusterIP\":\"10.96.9.9\"", "?dryRun=All");
        assertThat(client.get(ADDRESSES).json().path("items").toString()).isEqualTo(before);
    }

    @Test
    void anotherOnesAddressIsNoServices() throws Exception {
        Reply taken = client.post(
                ADDRESSES,
                "{\"metadata\":{\"name\":\"10.96.9.9\"},\"spec\":{\"parentRef\":{\"group\":\"a.io\",\"resource\":\"r\",\"name\":\"n\"}}}");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        Reply refused = service("s", ",\"clusterIP\":\"10.96.9.9\"", "");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/message"))
                .isEqualTo(
                        "Service \"s\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.9.9\"]: failed to allocate IP"
                                + " 10.96.9.9: provided IP is already allocated");
        stop();
        start();
        assertThat(service("s", ",\"clusterIP\":\"10.96.9.9\"", "").status()).isEqualTo(422);
        client.delete(ADDRESSES + "/10.96.9.9");
        Reply made = service("s", ",\"clusterIP\":\"10.96.9.9\"", "");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    @Test
    void kubectlShowsThem() throws Exception {
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        Kubectl kubectl = new Kubectl(folder);
        assertThat(kubectl.ok("get", "ip,servicecidr").replaceAll(" +", " "))
                .contains("NAME PARENTREF")
                .contains("ipaddress.networking.k8s.io/10.96.0.1 services/default/kubernetes")
                .contains("NAME CIDRS AGE")
                .contains("servicecidr.networking.k8s.io/kubernetes 10.96.0.0/16");
        String condition = "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}";
        assertThat(kubectl.ok("get", "servicecidr", "kubernetes", "-o", condition))
                .isEqualTo("True");
    }
}
