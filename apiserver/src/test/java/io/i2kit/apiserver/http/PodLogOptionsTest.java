package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said to who asks for a log that there is not, in upstream's words. */
class PodLogOptionsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        client.post(
                PODS,
                "{\"metadata\":{\"name\":\"two\"},\"spec\":{\"initContainers\":[{\"name\":\"i\",\"image\":\"i\"}],"
                        + "\"containers\":[{\"name\":\"a\",\"image\":\"i\"},{\"name\":\"b\",\"image\":\"i\"}]}}");
        client.post(
                PODS, "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void is(String path, int status, String message) {
        TestClient.Reply reply = client.get(PODS + path);
        assertThat(reply.at("/message")).isEqualTo(message);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static void invalid(String query, String cause) {
        is("/p/log?" + query, 422, "PodLogOptions \"p\" is invalid: " + cause);
    }

    private static void state(String state) {
        TestClient.Reply reply = client.patch(
                "merge",
                PODS + "/p/status",
                "{\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"c\",\"image\":\"i\",\"imageID\":\"\","
                        + "\"ready\":false,\"restartCount\":0,\"state\":" + state + "}]}}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    @Test
    void optionsAreValidated() {
        invalid("tailLines=-1", "tailLines: Invalid value: -1: must be greater than or equal to 0");
        invalid("limitBytes=0", "limitBytes: Invalid value: 0: must be greater than 0");
        invalid("sinceSeconds=0", "sinceSeconds: Invalid value: 0: must be greater than 0");
        invalid("stream=Stdout", "stream: Forbidden: may not be specified");
        TestClient.Reply both = client.get(PODS + "/p/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z");
        assertThat(both.status()).isEqualTo(422);
        assertThat(both.at("/message")).contains("at most one of `sinceTime` or `sinceSeconds` may be specified");
        is("/p/log?tailLines=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax");
        assertThat(client.get(PODS + "/p/log?sinceTime=yesterday").at("/message"))
                .startsWith("parsing time \"yesterday\"");
    }

    @Test
    void aContainerIsNamedWhereThereAreSeveral() {
        is("/two/log", 400, "a container name must be specified for pod two, choose one of: [i a b]");
        is("/two/log?container=z", 400, "container z is not valid for pod two");
    }

    @Test
    void aPodWithoutANodeHasAnEmptyLogAndOneThatStartsSaysSo() {
        TestClient.Reply none = client.get(PODS + "/p/log");
        assertThat(none.status()).isEqualTo(200);
        assertThat(none.body()).isEmpty();
        client.post(PODS + "/p/binding", "{\"target\":{\"name\":\"node-1\"}}");
        state("{\"waiting\":{\"reason\":\"ContainerCreating\"}}");
        is("/p/log", 400, "container \"c\" in pod \"p\" is waiting to start: ContainerCreating");
        state("{\"waiting\":{\"reason\":\"ImagePullBackOff\"}}");
        is("/p/log", 400, "container \"c\" in pod \"p\" is waiting to start: trying and failing to pull image");
        state("{\"waiting\":{\"reason\":\"ErrImagePull\"}}");
        is("/p/log", 400, "container \"c\" in pod \"p\" is waiting to start: image can't be pulled");
        state("{\"waiting\":null,\"running\":{\"startedAt\":null}}");
        is("/p/log?previous=true", 400, "previous terminated container \"c\" in pod \"p\" not found");
        assertThat(client.get(PODS + "/p/log").text()).isEqualTo("log of c\n");
    }
}
