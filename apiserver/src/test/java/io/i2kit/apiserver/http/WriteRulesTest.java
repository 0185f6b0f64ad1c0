package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Rules of creating, updating, patching and applying, with upstream's words; each test in a namespace of its own. */
class WriteRulesTest {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static TestApiServer server;
    private static TestClient client;

    private String namespace;

    @BeforeAll
    static void start() throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void namespace() {
        namespace = "w" + NAMESPACES.incrementAndGet();
        assertThat(client.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}")
                        .status())
                .isEqualTo(201);
    }

    private String core(String resource) {
        return "/api/v1/namespaces/" + namespace + "/" + resource;
    }

    private String deployments() {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    }

    private static String deployment(String name) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},"spec":{
                "selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},
                "spec":{"containers":[{"name":"c","image":"nginx"}]}}}}""".formatted(name);
    }

    private static ObjectNode tree(String json) {
        return (ObjectNode) Json.MAPPER.readTree(json);
    }

    private static Reply created(String url, String json) {
        Reply reply = client.post(url, json);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply;
    }

    private static Reply apply(String url, String manager, String yaml) {
        return client.send(
                "PATCH",
                url + (url.contains("?") ? "&" : "?") + "fieldManager=" + manager,
                yaml.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/apply-patch+yaml");
    }

    private static List<String> texts(JsonNode array, String field) {
        return array.valueStream().map(item -> item.path(field).asString("")).toList();
    }

    @Test
    @DisplayName(
            "Rule 4: one counter over all kinds, decimal, growing, at least any item's in a list, kept by a restart")
    void resourceVersions() throws Exception {
        long configMap = version(created(core("configmaps"), "{\"metadata\":{\"name\":\"a\"}}"));
        long secret = version(created(core("secrets"), "{\"metadata\":{\"name\":\"a\"}}"));
        long service = version(
                created(core("services"), "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"ports\":[{\"port\":1}]}}"));
        assertThat(List.of(configMap, secret, service)).isSorted().doesNotHaveDuplicates();
        assertThat(version(client.get(core("configmaps")))).isGreaterThanOrEqualTo(service);
        stop();
        start();
        assertThat(version(client.get(core("configmaps") + "/a"))).isEqualTo(configMap);
        assertThat(version(created(core("configmaps"), "{\"metadata\":{\"name\":\"b\"}}")))
                .isGreaterThan(service);
    }

    private static long version(Reply reply) {
        return Long.parseLong(reply.at("/metadata/resourceVersion"));
    }

    @Test
    @DisplayName("Rule 9: a client's deletionTimestamp is dropped, a ConfigMap keeps a client's generation")
    void metadataOfClients() {
        Reply made = created(
                core("configmaps"),
                "{\"metadata\":{\"name\":\"a\",\"generation\":7,\"deletionTimestamp\":\"2001-01-01T00:00:00Z\","
                        + "\"deletionGracePeriodSeconds\":3}}");
        assertThat(made.json().at("/metadata/generation").asInt()).isEqualTo(7);
        assertThat(made.json().path("metadata").has("deletionTimestamp")).isFalse();
        assertThat(made.json().path("metadata").has("deletionGracePeriodSeconds"))
                .isFalse();
    }

    @Test
    @DisplayName("Rule 10: absent apiVersion and kind come from the URL, others are a 400, namespaces must agree")
    void kindsAndNamespaces() {
        Reply bare = created(core("configmaps"), "{\"metadata\":{\"name\":\"a\"}}");
        assertThat(bare.at("/kind")).isEqualTo("ConfigMap");
        assertThat(bare.at("/apiVersion")).isEqualTo("v1");
        Reply kind = client.post(
                core("configmaps"), "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"b\"}}");
        assertThat(kind.status()).isEqualTo(400);
        assertThat(kind.at("/message")).startsWith("Secret in version \"v1\" cannot be handled as a ConfigMap: ");
        Reply version = client.post(
                core("configmaps"), "{\"apiVersion\":\"v2\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"}}");
        assertThat(version.status()).isEqualTo(400);
        Reply other = client.post(core("configmaps"), "{\"metadata\":{\"name\":\"b\",\"namespace\":\"other\"}}");
        assertThat(other.at("/message"))
                .isEqualTo("the namespace of the provided object does not match the namespace sent on the request");
        Reply name = client.put(core("configmaps") + "/a", "{\"metadata\":{\"name\":\"b\"}}");
        assertThat(name.at("/message")).isEqualTo("the name of the object (b) does not match the name on the URL (a)");
        Reply immortal = client.delete("/api/v1/namespaces/kube-system");
        assertThat(immortal.status()).isEqualTo(403);
        assertThat(immortal.at("/message"))
                .isEqualTo("namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
    }

    @Test
    @DisplayName("Rule 11: defaults are stored as upstream stores them")
    void defaults() {
        JsonNode spec = created(deployments(), deployment("d")).json().path("spec");
        assertThat(spec).isEqualTo(tree("""
                {"replicas":1,"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},
                "spec":{"containers":[{"name":"c","image":"nginx","resources":{},"terminationMessagePath":"/dev/termination-log",
                "terminationMessagePolicy":"File","imagePullPolicy":"Always"}],"restartPolicy":"Always",
                "terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},
                "schedulerName":"default-scheduler"}},"strategy":{"type":"RollingUpdate",
                "rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,
                "progressDeadlineSeconds":600}"""));
        Reply tagged = created(deployments(), deployment("t").replace("\"nginx\"", "\"nginx:1\""));
        assertThat(tagged.at("/spec/template/spec/containers/0/imagePullPolicy"))
                .isEqualTo("IfNotPresent");
        Reply stored = client.get(deployments() + "/d");
        assertThat(stored.json().path("spec")).isEqualTo(spec);
    }

    @Test
    @DisplayName("Rule 13: the message of a 422 lists each fault, its details name the kind")
    void invalid() {
        Reply bad = client.post(
                deployments(),
                deployment("d").replace("\"matchLabels\":{\"app\":\"a\"}", "\"matchLabels\":{\"app\":\"b\"}"));
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.at("/message"))
                .isEqualTo("Deployment.apps \"d\" is invalid: spec.template.metadata.labels: Invalid value:"
                        + " {\"app\":\"a\"}: `selector` does not match template `labels`");
        assertThat(bad.at("/details/group")).isEqualTo("apps");
        assertThat(bad.at("/details/kind")).isEqualTo("Deployment");
        assertThat(bad.at("/details/causes/0/field")).isEqualTo("spec.template.metadata.labels");
        Reply missing = client.get(deployments() + "/none");
        assertThat(missing.at("/message")).isEqualTo("deployments.apps \"none\" not found");
        assertThat(missing.at("/details/kind")).isEqualTo("deployments");
        assertThat(missing.at("/details/group")).isEqualTo("apps");
    }

    @Test
    @DisplayName("Rule 14: a Deployment's selector is immutable")
    void selectors() {
        created(deployments(), deployment("d"));
        Reply changed = client.patch(
                "merge",
                deployments() + "/d",
                "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"a\",\"b\":\"c\"}},"
                        + "\"template\":{\"metadata\":{\"labels\":{\"b\":\"c\"}}}}}");
        assertThat(changed.status()).isEqualTo(422);
        assertThat(changed.at("/message"))
                .isEqualTo("Deployment.apps \"d\" is invalid: spec.selector: Invalid value:"
                        + " {\"matchLabels\":{\"app\":\"a\",\"b\":\"c\"}}: field is immutable");
    }

    @Test
    @DisplayName("Rule 16: duplicate fields too; Ignore says nothing, another value is a 422")
    void fieldValidation() {
        String url = core("configmaps") + "?fieldValidation=";
        String body = "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\"},\"data\":{\"k\":\"2\"},\"bogus\":1}";
        Reply strict = client.post(url + "Strict", body);
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.at("/message")).contains("duplicate field \"data\"").contains("unknown field \"bogus\"");
        Reply ignored = client.post(url + "Ignore", body);
        assertThat(ignored.status()).isEqualTo(201);
        assertThat(ignored.raw().headers().allValues("Warning")).isEmpty();
        assertThat(client.post(url + "Maybe", body).status()).isEqualTo(422);
    }

    @Test
    @DisplayName("Rule 19: deprecated APIs and doubtful specs are told in Warning headers")
    void warnings() {
        Reply endpoints = created(core("endpoints"), "{\"metadata\":{\"name\":\"e\"}}");
        assertThat(endpoints.raw().headers().allValues("Warning"))
                .containsExactly(
                        "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"");
        Reply pod = created(
                core("pods"),
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"env\":["
                        + "{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]}]}}");
        assertThat(pod.raw().headers().allValues("Warning"))
                .contains(
                        "299 - \"spec.containers[0].env[1]: hides previous definition of \\\"A\\\", which may be dropped"
                                + " when using apply\"");
    }

    @Test
    @DisplayName("Rule 21: four patch types; another is a 415 that names them")
    void patchTypes() {
        String url = deployments() + "/d";
        created(deployments(), deployment("d"));
        Reply json = client.patch("json", url, "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":2}]");
        assertThat(json.json().at("/spec/replicas").asInt()).isEqualTo(2);
        Reply merge = client.patch("merge", url, "{\"spec\":{\"replicas\":3}}");
        assertThat(merge.json().at("/spec/replicas").asInt()).isEqualTo(3);
        Reply strategic = client.patch(
                "strategic-merge",
                url,
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"d\",\"image\":\"i\"}],"
                        + "\"$setElementOrder/containers\":[{\"name\":\"d\"},{\"name\":\"c\"}]}}}}");
        assertThat(texts(strategic.json().at("/spec/template/spec/containers"), "name"))
                .containsExactly("d", "c");
        Reply removed = client.patch(
                "strategic-merge",
                url,
                "{\"spec\":{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"},"
                        + "\"template\":{\"spec\":{\"containers\":[{\"name\":\"d\",\"$patch\":\"delete\"}]}}}}");
        assertThat(texts(removed.json().at("/spec/template/spec/containers"), "name"))
                .containsExactly("c");
        assertThat(removed.json().at("/spec/strategy").toString()).isEqualTo("{\"type\":\"Recreate\"}");
        Reply unknown = client.send("PATCH", url, new byte[] {'{', '}'}, "Content-Type", "application/json");
        assertThat(unknown.status()).isEqualTo(415);
        assertThat(unknown.at("/reason")).isEqualTo("UnsupportedMediaType");
        assertThat(unknown.at("/message"))
                .isEqualTo("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json-patch+json, application/merge-patch+json,"
                        + " application/strategic-merge-patch+json, application/apply-patch+yaml");
        assertThat(unknown.raw().headers().firstValue("Accept-Patch")).isEmpty();
    }

    @Test
    @DisplayName("Rule 22: a failing test is a 422; a patch with a resourceVersion is optimistic")
    void patchConflicts() {
        String url = core("configmaps") + "/a";
        long first = version(created(core("configmaps"), "{\"metadata\":{\"name\":\"a\"}}"));
        Reply failing = client.patch("json", url, "[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"b\"}]");
        assertThat(failing.status()).isEqualTo(422);
        assertThat(failing.at("/reason")).isEqualTo("Invalid");
        assertThat(client.patch("merge", url, "{\"data\":{\"k\":\"v\"}}").status())
                .isEqualTo(200);
        String body = "{\"metadata\":{\"resourceVersion\":\"" + first + "\"},\"data\":{\"k\":\"w\"}}";
        Reply stale = client.patch("merge", url, body);
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.at("/message")).contains("the object has been modified");
    }

    @Test
    @DisplayName("Rule 23: server-side apply: managers, conflicts, force, and what a manager no longer states")
    void serverSideApply() {
        String url = deployments() + "/d";
        String yaml = deployment("d").replace("\"spec\":{\n", "\"spec\":{\"replicas\":3,");
        Reply nobody = client.send(
                "PATCH", url, yaml.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/apply-patch+yaml");
        assertThat(nobody.status()).isEqualTo(422);
        assertThat(nobody.at("/message"))
                .isEqualTo(
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply"
                                + " patch");
        assertThat(apply(url, "one", yaml).status()).isEqualTo(201);
        Reply conflict = apply(url, "two", yaml.replace("\"replicas\":3", "\"replicas\":4"));
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.at("/message"))
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas");
        assertThat(conflict.at("/details/causes/0/reason")).isEqualTo("FieldManagerConflict");
        assertThat(conflict.at("/details/causes/0/field")).isEqualTo(".spec.replicas");
        assertThat(conflict.at("/details/causes/0/message")).isEqualTo("conflict with \"one\"");
        Reply forced = apply(url + "?force=true", "two", yaml.replace("\"replicas\":3", "\"replicas\":4"));
        assertThat(forced.json().at("/spec/replicas").asInt()).isEqualTo(4);
        Reply released = apply(url, "two", deployment("d"));
        assertThat(released.json().at("/spec/replicas").asInt())
                .as("the default again")
                .isEqualTo(1);
        Reply managed = apply(
                url,
                "two",
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\","
                        + "\"managedFields\":[{\"manager\":\"x\"}]}}");
        assertThat(managed.status()).isEqualTo(400);
        assertThat(managed.at("/message")).isEqualTo("metadata.managedFields must be nil");
    }

    @Test
    @DisplayName(
            "Rule 24: managedFields on every write, by manager, operation, version and subresource; no-ops keep their time")
    void managedFields() {
        String url = deployments() + "/d";
        Reply made = client.send(
                "POST",
                deployments(),
                deployment("d").getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json",
                "User-Agent",
                "tool/v1.2 (linux)");
        JsonNode entry = made.json().at("/metadata/managedFields/0");
        assertThat(entry.path("manager").asString()).isEqualTo("tool");
        assertThat(entry.path("operation").asString()).isEqualTo("Update");
        assertThat(entry.path("fieldsType").asString()).isEqualTo("FieldsV1");
        assertThat(entry.at("/fieldsV1/f:spec/f:template/f:spec/f:containers").propertyNames())
                .containsExactly("k:{\"name\":\"c\"}");
        client.patch("merge", url + "/status?fieldManager=kubelet", "{\"status\":{\"replicas\":1}}");
        client.patch("merge", url + "/scale?fieldManager=scaler", "{\"spec\":{\"replicas\":5}}");
        JsonNode entries = client.get(url).json().at("/metadata/managedFields");
        assertThat(texts(entries, "manager")).containsExactlyInAnyOrder("tool", "kubelet", "scaler");
        assertThat(texts(entries, "subresource")).containsExactlyInAnyOrder("", "status", "scale");
        Reply same = client.patch("merge", url + "?fieldManager=other", "{\"spec\":{\"replicas\":5}}");
        assertThat(same.json().at("/metadata/managedFields")).isEqualTo(entries);
        ObjectNode reset = (ObjectNode) client.get(url).json();
        reset.withObjectProperty("metadata").putArray("managedFields").addObject();
        Reply cleared = client.put(url, reset.toString());
        assertThat(cleared.json().path("metadata").has("managedFields")).isFalse();
    }

    @Test
    @DisplayName("Rule 24: nobody owns what the server allots by itself")
    void allotted() {
        Reply service =
                created(core("services"), "{\"metadata\":{\"name\":\"s\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
        JsonNode owned = service.json().at("/metadata/managedFields/0/fieldsV1/f:spec");
        assertThat(owned.propertyNames()).contains("f:ports", "f:type").doesNotContain("f:clusterIP", "f:clusterIPs");
        Reply pod = created(
                core("pods"),
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        assertThat(pod.json().at("/metadata/managedFields/0/fieldsV1/f:spec").propertyNames())
                .contains("f:containers", "f:dnsPolicy")
                .doesNotContain("f:serviceAccountName", "f:tolerations", "f:priority");
        Reply again = client.put(
                core("pods") + "/p",
                "{\"metadata\":{\"name\":\"p\",\"labels\":{\"x\":\"y\"}},\"spec\":{\"containers\":["
                        + "{\"name\":\"c\",\"image\":\"i\"}]}}");
        assertThat(again.status()).as(again.text()).isEqualTo(200);
        assertThat(again.at("/spec/serviceAccountName")).isEqualTo("default");
    }

    @Test
    @DisplayName(
            "Rule 25: client-side apply moves to server-side: the annotation's fields, and a JSON patch of managedFields")
    void migration() {
        String url = core("configmaps") + "/a";
        ObjectNode object = tree("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
                + "\"data\":{\"k\":\"v\",\"old\":\"v\"}}");
        object.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put("kubectl.kubernetes.io/last-applied-configuration", object + "\n");
        Reply made = client.post(core("configmaps") + "?fieldManager=kubectl-client-side-apply", object.toString());
        ObjectNode entry =
                (ObjectNode) made.json().at("/metadata/managedFields/0").deepCopy();
        entry.put("manager", "kubectl").put("operation", "Apply");
        String patch = "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[" + entry + "]},"
                + "{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"%s\"}]";
        assertThat(client.patch("json", url, patch.formatted("1")).status()).isEqualTo(409);
        Reply moved = client.patch("json", url, patch.formatted(version(made)));
        assertThat(moved.status()).as(moved.text()).isEqualTo(200);
        assertThat(moved.at("/metadata/managedFields/0/operation")).isEqualTo("Apply");
        Reply applied = apply(url, "kubectl", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: w}}");
        assertThat(applied.status()).as(applied.text()).isEqualTo(200);
        assertThat(applied.json().path("data").toString()).isEqualTo("{\"k\":\"w\"}");
    }

    @Test
    @DisplayName("Owners and finalizers are named in full")
    void ownersAndFinalizers() {
        String object =
                "{\"metadata\":{\"name\":\"owned\",\"finalizers\":[\"x\"],\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\","
                        + "\"name\":\"a\",\"uid\":\"u\",\"controller\":true},{\"apiVersion\":\"a/b/c\",\"kind\":\"Pod\",\"name\":\"b\","
                        + "\"uid\":\"\",\"controller\":true}]}}";
        assertThat(client.post("/api/v1/namespaces/default/configmaps", object).at("/message"))
                .contains(
                        "metadata.ownerReferences[1].apiVersion: Invalid value: \"a/b/c\": must be <group>/<version> or <version>",
                        "metadata.ownerReferences[1].uid: Required value: must not be empty",
                        "Only one reference can have Controller set to true. Found \"true\" in references for Pod/a and Pod/b",
                        "metadata.finalizers[0]: Invalid value: \"x\": name is neither a standard finalizer name nor is it fully"
                                + " qualified");
    }
}
