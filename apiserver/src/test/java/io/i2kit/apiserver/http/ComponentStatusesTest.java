package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl get componentstatuses}. */
class ComponentStatusesTest {
    private static final String STATUSES = "/api/v1/componentstatuses";

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

    @Test
    void eachComponentSaysHowItFares() {
        Reply store = client.get(STATUSES + "/etcd-0");
        assertThat(store.status()).as(store.text()).isEqualTo(200);
        assertThat(store.at("/kind")).isEqualTo("ComponentStatus");
        assertThat(store.at("/conditions/0/type")).isEqualTo("Healthy");
        assertThat(store.at("/conditions/0/status")).isEqualTo("True");
        assertThat(store.at("/conditions/0/message")).isEqualTo("ok");
        assertThat(store.raw().headers().firstValue("Warning"))
                .hasValue("299 - \"v1 ComponentStatus is deprecated in v1.19+\"");
        Reply manager = client.get(STATUSES + "/controller-manager");
        assertThat(manager.at("/conditions/0/status")).isEqualTo("False");
        assertThat(manager.at("/conditions/0/message")).isEqualTo("does not run in this server");
    }

    @Test
    void theListIsOfTheMomentAndKnowsSelectors() {
        Reply all = client.get(STATUSES);
        assertThat(all.at("/kind")).isEqualTo("ComponentStatusList");
        assertThat(all.json().path("metadata")).isEmpty();
        assertThat(all.json().path("items").findValuesAsString("name"))
                .containsExactly("controller-manager", "etcd-0", "scheduler");
        assertThat(client.get(STATUSES + "?labelSelector=a%3Db").json().path("items"))
                .isEmpty();
        assertThat(client.get(STATUSES + "?fieldSelector=metadata.name%3Detcd-0")
                        .json()
                        .path("items"))
                .hasSize(1);
    }

    @Test
    void nothingElseCanBeDone() {
        assertThat(client.get(STATUSES + "/none").at("/message")).isEqualTo("componentstatus \"none\" not found");
        assertThat(client.get(STATUSES + "?watch=true").status()).isEqualTo(405);
        assertThat(client.post(STATUSES, "{\"metadata\":{\"name\":\"x\"}}").status())
                .isEqualTo(405);
        assertThat(client.delete(STATUSES + "/etcd-0").status()).isEqualTo(405);
        assertThat(client.get("/api/v1/namespaces/default/componentstatuses").status())
                .isEqualTo(404);
    }

    @Test
    void kubectlShowsThem() throws Exception {
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        Kubectl kubectl = new Kubectl(folder);
        assertThat(kubectl.ok("get", "cs").replaceAll(" +", " "))
                .contains("NAME STATUS MESSAGE ERROR")
                .contains("etcd-0 Healthy ok")
                .contains("scheduler Unhealthy does not run in this server");
        assertThat(kubectl.ok("get", "cs", "etcd-0", "-o", "jsonpath={.conditions[0].message}"))
                .endsWith("ok");
        assertThat(kubectl.ok("api-resources", "--api-group=").replaceAll(" +", " "))
                .contains("componentstatuses cs v1 false ComponentStatus");
    }
}
