package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.i2kit.apiserver.http.TestClient.Reply;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods' deletion, binding, eviction and logs; Services' addresses and ports. */
class PodAndServiceRulesTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SERVICES = "/api/v1/namespaces/default/services";

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

    private void pod(String name) {
        Reply made = client.post(
                PODS,
                "{\"metadata\":{\"name\":\"" + name
                        + "\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.at("/status/phase")).isEqualTo("Pending");
    }

    private void bind(String name) {
        Reply bound = client.post(PODS + "/" + name + "/binding", "{\"target\":{\"name\":\"node-1\"}}");
        assertThat(bound.status()).as(bound.text()).isEqualTo(201);
    }

    @Test
    @DisplayName("Rule 35: an unscheduled Pod goes at once, and is answered")
    void unscheduled() {
        pod("p");
        assertThat(client.delete(PODS + "/p").at("/kind")).isEqualTo("Pod");
        assertThat(client.get(PODS + "/p").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("Rule 35: a scheduled Pod gets 30 s and a new generation; grace 0 removes it")
    void grace() {
        pod("p");
        bind("p");
        Reply marked = client.delete(PODS + "/p");
        assertThat(marked.json().at("/metadata/deletionGracePeriodSeconds").asInt())
                .isEqualTo(30);
        assertThat(marked.json().at("/metadata/generation").asInt()).isGreaterThan(1);
        Reply again = client.delete(PODS + "/p");
        assertThat(again.at("/metadata/resourceVersion")).isEqualTo(marked.at("/metadata/resourceVersion"));
        Reply shorter = client.delete(PODS + "/p?gracePeriodSeconds=5");
        assertThat(shorter.json().at("/metadata/deletionGracePeriodSeconds").asInt())
                .isEqualTo(5);
        assertThat(client.delete(PODS + "/p?gracePeriodSeconds=0").status()).isEqualTo(200);
        assertThat(client.get(PODS + "/p").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("A Pod is bound once")
    void binding() {
        pod("p");
        bind("p");
        assertThat(client.get(PODS + "/p").at("/spec/nodeName")).isEqualTo("node-1");
        Reply again = client.post(PODS + "/p/binding", "{\"target\":{\"name\":\"node-2\"}}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(client.get(PODS + "?fieldSelector=spec.nodeName=node-1")
                        .json()
                        .at("/items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("An eviction deletes the Pod")
    void eviction() {
        pod("p");
        Reply evicted = client.post(PODS + "/p/eviction", "{\"metadata\":{\"name\":\"p\",\"namespace\":\"default\"}}");
        assertThat(evicted.status()).isEqualTo(201);
        assertThat(client.get(PODS + "/p").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("An eviction takes one disruption of the Pod's budget, and waits when none is left")
    void evictionOfABudget() {
        for (String name : new String[] {"p", "q"}) {
            client.post(
                    PODS,
                    "{\"metadata\":{\"name\":\"" + name
                            + "\",\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
            bind(name);
            client.patch(
                    "merge",
                    PODS + "/" + name + "/status",
                    "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        }
        String budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
        client.post(
                budgets,
                "{\"metadata\":{\"name\":\"budget\"},\"spec\":{\"minAvailable\":1,\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}}");
        Reply early = client.post(PODS + "/p/eviction", "{\"metadata\":{\"name\":\"p\"}}");
        assertThat(early.status()).isEqualTo(429);
        assertThat(early.at("/details/causes/0/message"))
                .isEqualTo("The disruption budget budget is still being processed by the server.");
        client.patch(
                "merge",
                budgets + "/budget/status",
                "{\"status\":{\"observedGeneration\":1,\"disruptionsAllowed\":1,\"currentHealthy\":1,\"desiredHealthy\":1}}");
        assertThat(client.post(PODS + "/p/eviction", "{\"metadata\":{\"name\":\"p\"}}")
                        .status())
                .isEqualTo(201);
        Reply budget = client.get(budgets + "/budget");
        assertThat(budget.json().at("/status/disruptionsAllowed").asInt()).isZero();
        assertThat(budget.json().at("/status/disruptedPods").has("p")).isTrue();
        Reply refused = client.post(PODS + "/q/eviction", "{\"metadata\":{\"name\":\"q\"}}");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.at("/message"))
                .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.at("/details/causes/0/message"))
                .isEqualTo("The disruption budget budget needs 1 healthy pods and has 1 currently");
    }

    @Test
    @DisplayName("What a Service asks and no cloud does is said: a warning, or 422 where it cannot work")
    void unhonouredFieldsOfServices() {
        Reply made = client.post(
                SERVICES,
                "{\"metadata\":{\"name\":\"said\",\"annotations\":{"
                        + "\"external-dns.alpha.kubernetes.io/hostname\":\"www.example.com\","
                        + "\"service.beta.kubernetes.io/aws-load-balancer-type\":\"clb\"}},"
                        + "\"spec\":{\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\","
                        + "\"ports\":[{\"port\":80},{\"name\":\"s\",\"protocol\":\"SCTP\",\"port\":81}]}}"
                                .replace("{\"port\":80}", "{\"name\":\"http\",\"port\":80}"));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.raw().headers().allValues("warning"))
                .anyMatch(text -> text.contains("aws-load-balancer-type]: load balancers are network load balancers"))
                .anyMatch(text -> text.contains("external-dns.alpha.kubernetes.io/hostname]: on AWS, names in public"))
                .anyMatch(text -> text.contains("spec.externalTrafficPolicy: traffic goes to every ready machine"))
                .anyMatch(text -> text.contains("spec.ports[1].protocol: load balancers do not forward it"));
        Reply refused = client.patch(
                "merge",
                SERVICES + "/said",
                "{\"metadata\":{\"annotations\":{"
                        + "\"service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval\":\"often\"}}}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/message")).contains("aws-load-balancer-healthcheck-interval]", "5 to 300 seconds");
    }

    @Test
    @DisplayName("Logs: nothing before a machine, the kubelet's words before the start, then the guest's log")
    void logs() {
        pod("p");
        assertThat(client.get(PODS + "/p/log").body()).isEmpty();
        bind("p");
        Reply waiting = client.get(PODS + "/p/log");
        assertThat(waiting.status()).isEqualTo(400);
        assertThat(waiting.at("/message"))
                .isEqualTo("container \"c\" in pod \"p\" is waiting to start: ContainerCreating");
        assertThat(client.get(PODS + "/p/log?container=x").at("/message"))
                .isEqualTo("container x is not valid for pod p");
        client.patch(
                "merge",
                PODS + "/p/status",
                "{\"status\":{\"containerStatuses\":[{\"name\":\"c\",\"image\":\"i\",\"imageID\":\"\",\"ready\":true,"
                        + "\"restartCount\":0,\"state\":{\"running\":{}}}]}}");
        assertThat(client.get(PODS + "/p/log").text()).isEqualTo("log of c\n");
        assertThat(client.get(PODS + "/p/log?previous=true").at("/message"))
                .isEqualTo("previous terminated container \"c\" in pod \"p\" not found");
    }

    private Reply service(String name, String spec) {
        return client.post(SERVICES, "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":" + spec + "}");
    }

    @Test
    @DisplayName("Rule 40: a Service gets an address of the range and defaults")
    void clusterIp() {
        Reply made = service("s", "{\"ports\":[{\"port\":80}]}");
        assertThat(made.at("/spec/clusterIP")).startsWith("10.96.").isEqualTo(made.at("/spec/clusterIPs/0"));
        assertThat(made.at("/spec/ports/0/protocol")).isEqualTo("TCP");
        assertThat(made.json().at("/spec/ports/0/targetPort").asInt()).isEqualTo(80);
        assertThat(made.at("/spec/internalTrafficPolicy")).isEqualTo("Cluster");
        assertThat(made.at("/spec/sessionAffinity")).isEqualTo("None");
        assertThat(client.get(SERVICES + "/kubernetes").at("/spec/clusterIP")).isEqualTo("10.96.0.1");
        Reply moved = client.patch(
                "merge", SERVICES + "/s", "{\"spec\":{\"clusterIP\":\"10.96.7.7\",\"clusterIPs\":[\"10.96.7.7\"]}}");
        assertThat(moved.status()).isEqualTo(422);
        assertThat(moved.at("/message")).contains("may not change once set");
        assertThat(client.patch("merge", SERVICES + "/s", "{\"spec\":{\"clusterIP\":\"10.96.7.7\"}}")
                        .at("/message"))
                .isEqualTo(
                        "Service \"s\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.7.7\"]: may not change once"
                                + " set");
    }

    @Test
    @DisplayName("Rule 40: a taken or impossible address or node port is refused; a deleted Service gives its own back")
    void allocation() {
        String spec =
                "{\"type\":\"NodePort\",\"clusterIP\":\"10.96.1.1\",\"ports\":[{\"port\":80,\"nodePort\":30080}]}";
        assertThat(service("a", spec).status()).isEqualTo(201);
        Reply port = service("b", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30080}]}");
        assertThat(port.at("/message"))
                .isEqualTo("Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is"
                        + " already allocated");
        Reply address = service("b", "{\"clusterIP\":\"10.96.1.1\",\"ports\":[{\"port\":80}]}");
        assertThat(address.at("/message"))
                .contains("failed to allocate IP 10.96.1.1: provided IP is already allocated");
        Reply outside = service("b", "{\"clusterIP\":\"1.1.1.1\",\"ports\":[{\"port\":80}]}");
        assertThat(outside.at("/message")).contains("The range of valid IPs is 10.96.0.0/16");
        Reply dns = service("b", "{\"clusterIP\":\"10.96.0.10\",\"ports\":[{\"port\":80}]}");
        assertThat(dns.status()).isEqualTo(422);
        assertThat(client.delete(SERVICES + "/a").at("/kind")).isEqualTo("Service");
        assertThat(service("b", spec).status()).isEqualTo(201);
    }

    @Test
    @DisplayName("A dry run shows an address and a node port, and takes neither")
    void dryRunOfAService() {
        String spec = "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30081}]}";
        String body = "{\"metadata\":{\"name\":\"dry\"},\"spec\":" + spec + "}";
        for (String sent : List.of(body, body.replace(",\"nodePort\":30081", ""))) {
            Reply shown = client.post(SERVICES + "?dryRun=All", sent);
            assertThat(shown.status()).as(shown.text()).isEqualTo(201);
            assertThat(shown.at("/spec/clusterIP")).startsWith("10.96.");
            assertThat(shown.json().at("/spec/ports/0/nodePort").asInt()).isBetween(30000, 32767);
        }
        assertThat(service("dry", spec).status()).isEqualTo(201);
        assertThat(client.post(SERVICES + "?dryRun=All", body.replace("dry", "other"))
                        .at("/message"))
                .contains("provided port is already allocated");
    }

    @Test
    @DisplayName("Rule 40: what was allocated survives an update that leaves it out, a change of type and a restart")
    void keepsAllocations() throws Exception {
        Reply made = service("s", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80}]}");
        int nodePort = made.json().at("/spec/ports/0/nodePort").asInt();
        assertThat(nodePort).isBetween(30000, 32767);
        Reply put = client.put(
                SERVICES + "/s",
                "{\"metadata\":{\"name\":\"s\"},\"spec\":{\"type\":\"LoadBalancer\",\"ports\":[{\"port\":80}]}}");
        assertThat(put.json().at("/spec/ports/0/nodePort").asInt()).isEqualTo(nodePort);
        assertThat(put.at("/spec/clusterIP")).isEqualTo(made.at("/spec/clusterIP"));
        stop();
        start();
        Reply taken = service("t", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":" + nodePort + "}]}");
        assertThat(taken.status()).isEqualTo(422);
        Reply inner = client.patch("merge", SERVICES + "/s", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        assertThat(inner.status()).as(inner.text()).isEqualTo(200);
        assertThat(inner.json().at("/spec/ports/0/nodePort").isMissingNode()).isTrue();
        assertThat(service("t", "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":" + nodePort + "}]}")
                        .status())
                .isEqualTo(201);
        Reply external = client.patch(
                "merge", SERVICES + "/s", "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.b\"}}");
        assertThat(external.status()).as(external.text()).isEqualTo(200);
        assertThat(external.json().at("/spec/clusterIP").isMissingNode()).isTrue();
    }

    @Test
    @DisplayName("Services: headless, several ports need names, names are DNS labels")
    void validation() {
        assertThat(service("h", "{\"clusterIP\":\"None\"}").at("/spec/clusterIPs/0"))
                .isEqualTo("None");
        Reply unnamed = service("s", "{\"ports\":[{\"port\":80},{\"port\":81}]}");
        assertThat(unnamed.at("/message")).contains("spec.ports[0].name: Required value");
        assertThat(service("1s", "{\"ports\":[{\"port\":80}]}").status()).isEqualTo(201);
        assertThat(service("S", "{\"ports\":[{\"port\":80}]}").at("/message"))
                .contains("a lowercase RFC 1123 label must");
        assertThat(service("s", "{}").at("/message")).contains("spec.ports: Required value");
    }

    @Test
    @DisplayName("kubectl's protobuf bodies are decoded")
    void protobuf() {
        var pod = V1.Pod.newBuilder()
                .setMetadata(Meta.ObjectMeta.newBuilder()
                        .setName("pb")
                        .putLabels("a", "")
                        .setGeneration(0))
                .setSpec(V1.PodSpec.newBuilder()
                        .setTerminationGracePeriodSeconds(0)
                        .setHostNetwork(false)
                        .addContainers(V1.Container.newBuilder().setName("c").setImage("i")))
                .build();
        var unknown = Runtime.Unknown.newBuilder()
                .setTypeMeta(Runtime.TypeMeta.newBuilder().setApiVersion("v1").setKind("Pod"))
                .setRaw(pod.toByteString())
                .build();
        byte[] magic = "k8s\0".getBytes(StandardCharsets.US_ASCII);
        byte[] body = ByteString.copyFrom(magic).concat(unknown.toByteString()).toByteArray();
        Reply made = client.send("POST", PODS, body, "Content-Type", "application/vnd.kubernetes.protobuf");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().at("/metadata/labels/a").isString()).isTrue();
        assertThat(made.json().at("/spec/terminationGracePeriodSeconds").asInt(-1))
                .isZero();
        assertThat(made.json().at("/spec/hostNetwork").isMissingNode()).isTrue();
    }
}
