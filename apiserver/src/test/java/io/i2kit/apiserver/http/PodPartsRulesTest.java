package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /resize} and {@code /ephemeralcontainers} of Pods, as clients meet them. */
class PodPartsRulesTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String POD = PODS + "/p";

    @TempDir
    Path folder;

    private TestApiServer server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        Reply made = client.post(
                PODS,
                "{'metadata':{'name':'p'},'spec':{'initContainers':[{'name':'i','image':'i:1'}],'containers':[{'name':'c','image':'i:1','resources':{'requests':{'cpu':'100m'},'limits':{'memory':'64Mi'}}}]}}"
                        .replace('\'', '"'));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply patch(String part, String spec) {
        return client.patch(
                "strategic-merge",
                POD + "/" + part,
                ("{'metadata':{'labels':{'a':'b'}},'spec':{" + spec + "}}").replace('\'', '"'));
    }

    private static List<String> warnings(Reply reply) {
        return reply.raw().headers().allValues("Warning");
    }

    @Test
    void aResizeChangesTheResourcesAndNothingElse() {
        Reply resized = patch(
                "resize",
                "'activeDeadlineSeconds':5,'containers':[{'name':'c','image':'other','resources':{'requests':{'cpu':'200m'}}}]");
        assertThat(resized.status()).as(resized.text()).isEqualTo(200);
        assertThat(resized.at("/kind")).isEqualTo("Pod");
        assertThat(resized.at("/spec/containers/0/resources/requests/cpu")).isEqualTo("200m");
        assertThat(resized.at("/spec/containers/0/resources/limits/memory")).isEqualTo("64Mi");
        assertThat(resized.at("/spec/containers/0/image")).isEqualTo("i:1");
        assertThat(resized.json().at("/spec").has("activeDeadlineSeconds")).isFalse();
        assertThat(resized.json().at("/metadata").has("labels")).isFalse();
        assertThat(resized.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(warnings(resized)).isEmpty();
        assertThat(client.get(POD + "/resize").at("/spec/containers/0/resources/requests/cpu"))
                .isEqualTo("200m");
    }

    @Test
    void onAMachineItIsSaidToBeInfeasible() {
        client.post(POD + "/binding", "{\"target\":{\"name\":\"node-1\"}}");
        assertThat(warnings(patch("resize", "'containers':[{'name':'c','resources':{'requests':{'cpu':'200m'}}}]")))
                .containsExactly(
                        "299 - \"spec.containers[0].resources: a machine keeps the size that it was started with: the"
                                + " resize stays pending as infeasible\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'containers':[{'name':'d','image':'i:1'}]|spec.containers: Forbidden: containers may not be added or removed on"
                        + " resize",
                "'containers':[{'name':'c','resources':{'requests':{'cpu':null}}}]|spec.containers[0].resources.requests: Forbidden:"
                        + " resource requests cannot be removed",
                "'containers':[{'name':'c','resources':{'requests':{'ephemeral-storage':'1Gi'}}}]|spec: Forbidden: only cpu and"
                        + " memory resources are mutable",
                "'containers':[{'name':'c','resizePolicy':[{'resourceName':'cpu','restartPolicy':'RestartContainer'}]}]|spec:"
                        + " Forbidden: only cpu and memory resources are mutable",
                "'containers':[{'name':'c','resources':{'limits':{'cpu':'100m'},'requests':{'memory':'64Mi'}}}],'initContainers':[{'name':'i','resources':{'limits':{'cpu':'1','memory':'1Mi'}}}]|spec:"
                        + " Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing",
                "'initContainers':[{'name':'i','resources':{'requests':{'ephemeral-storage':'1'}}}]|spec.initContainers[0]:"
                        + " Forbidden: only cpu and memory resources for init or sidecar containers are mutable"
            })
    void faultsOfAResize(String spec, String fault) {
        Reply refused = patch("resize", spec);
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.at("/message")).contains(fault);
    }

    @Test
    void aNodeThatSaysNothingOfItsSizeHasNoResize() {
        client.patch(
                "merge",
                POD + "/status",
                "{\"status\":{\"containerStatuses\":[{\"name\":\"c\",\"image\":\"i\",\"imageID\":\"\",\"ready\":true,\"restartCount\":0,"
                        + "\"state\":{\"running\":{}}}]}}");
        assertThat(patch("resize", "'containers':[{'name':'c','resources':{'requests':{'cpu':'200m'}}}]")
                        .at("/message"))
                .isEqualTo("Pod \"p\" is invalid: spec: Forbidden: Pod running on node without support for resize");
    }

    @Test
    void anEphemeralContainerIsAddedAndStays() {
        Reply added = patch(
                "ephemeralcontainers",
                "'activeDeadlineSeconds':5,'ephemeralContainers':[{'name':'e','image':'b:1','targetContainerName':'c'}]");
        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(added.at("/spec/ephemeralContainers/0/imagePullPolicy")).isEqualTo("IfNotPresent");
        assertThat(added.json().at("/spec").has("activeDeadlineSeconds")).isFalse();
        assertThat(added.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(warnings(added))
                .anyMatch(warning -> warning.contains("spec.ephemeralContainers")
                        && warning.contains("ephemeral containers are not run"));
        assertThat(client.get(POD + "/ephemeralcontainers").at("/spec/ephemeralContainers/0/name"))
                .isEqualTo("e");
        assertThat(patch("ephemeralcontainers", "'ephemeralContainers':[{'name':'e','image':'c:1'}]")
                        .at("/message"))
                .contains(
                        "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be changed");
        assertThat(patch("ephemeralcontainers", "'ephemeralContainers':null").at("/message"))
                .contains(
                        "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be removed");
        assertThat(patch("ephemeralcontainers", "'ephemeralContainers':[{'name':'c','image':'b:1'}]")
                        .at("/message"))
                .contains("Duplicate value: \"c\"");
        assertThat(patch(
                                "ephemeralcontainers",
                                "'ephemeralContainers':[{'name':'f','image':'b:1','targetContainerName':'x'}]")
                        .at("/message"))
                .contains("targetContainerName: Not found: \"x\"");
        assertThat(patch(
                                "ephemeralcontainers",
                                "'ephemeralContainers':[{'name':'f','image':'b:1','ports':[{'containerPort':1}]}]")
                        .at("/message"))
                .contains("ports: Forbidden: cannot be set for an Ephemeral Container");
    }

    @Test
    void limitsBoundAResizeToo() {
        client.post(
                "/api/v1/namespaces/default/limitranges",
                "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"limits\":[{\"type\":\"Pod\",\"max\":{\"memory\":\"100Mi\"}}]}}");
        Reply refused = patch("resize", "'containers':[{'name':'c','resources':{'limits':{'memory':'200Mi'}}}]");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.at("/message")).contains("maximum memory usage per Pod is 100Mi");
    }

    @Test
    void kubectlDebugs() throws Exception {
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        Kubectl kubectl = new Kubectl(folder);
        assertThat(kubectl.ok("debug", "p", "-it", "--image=busybox", "--attach=false", "-c", "debugger"))
                .contains("ephemeral containers are not run");
        assertThat(kubectl.ok("get", "pod", "p", "-o", "jsonpath={.spec.ephemeralContainers[0].name}"))
                .isEqualTo("debugger");
        assertThat(kubectl.ok("debug", "p", "--copy-to=copy", "--image=busybox", "-c", "debugger", "--attach=false"))
                .isNotNull();
        assertThat(kubectl.ok("get", "pod", "copy", "-o", "jsonpath={.spec.containers[*].name}"))
                .isEqualTo("c debugger");
    }

    @Test
    void kubectlResizes() throws Exception {
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        Kubectl kubectl = new Kubectl(folder);
        String patch = "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"300m\"}}}]}}";
        assertThat(kubectl.ok("patch", "pod", "p", "--subresource", "resize", "-p", patch))
                .contains("pod/p patched");
        assertThat(kubectl.ok("get", "pod", "p", "-o", "jsonpath={.spec.containers[0].resources.requests.cpu}"))
                .isEqualTo("300m");
    }
}
