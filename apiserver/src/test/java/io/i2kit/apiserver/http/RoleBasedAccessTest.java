package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Roles and bindings over HTTP: what they allow, who may write them, what every server has; each test in its own namespace. */
class RoleBasedAccessTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static TestApiServer server;
    private static TestClient client;

    private String namespace;
    private String user;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void namespace() {
        namespace = "n" + NAMESPACES.incrementAndGet();
        created("/api/v1/namespaces", "{'metadata':{'name':'" + namespace + "'}}");
        user = TestApiServer.DEVELOPER_TOKEN;
    }

    private static Reply created(String path, String json) {
        Reply reply = client.post(path, json.replace('\'', '"'));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply;
    }

    private String roles() {
        return RBAC + "namespaces/" + namespace + "/roles";
    }

    private String bindings() {
        return RBAC + "namespaces/" + namespace + "/rolebindings";
    }

    private Reply asDeveloper(String method, String path, String json) {
        return client.send(
                method,
                path,
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                "Authorization",
                "Bearer " + user,
                "Content-Type",
                "application/json");
    }

    private Reply get(String path) {
        return asDeveloper("GET", path, "");
    }

    private void bind(String kind, String role, String subject) {
        created(
                bindings(),
                "{'metadata':{'generateName':'b-'},'roleRef':{'kind':'" + kind + "','name':'" + role + "'},'subjects':["
                        + subject + "]}");
    }

    /** The authorizer follows the store by a watch. */
    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void aBoundRoleAllowsItsVerbsItsNamesAndItsSubresources() throws Exception {
        String secrets = "/api/v1/namespaces/" + namespace + "/secrets";
        created(secrets, "{'metadata':{'name':'mine'}}");
        created(secrets, "{'metadata':{'name':'other'}}");
        created(
                roles(),
                "{'metadata':{'name':'r'},'rules':[{'verbs':['get','list'],'apiGroups':[''],"
                        + "'resources':['secrets'],'resourceNames':['mine']},"
                        + "{'verbs':['*'],'apiGroups':['apps'],'resources':['*/scale']}]}");
        bind("Role", "r", "{'kind':'Group','name':'developers'}");
        eventually(() -> get(secrets + "/mine").status() == 200);
        assertThat(get(secrets + "/other").at("/message"))
                .isEqualTo("secrets \"other\" is forbidden: User \"dev\" cannot get resource \"secrets\" in API group"
                        + " \"\" in the namespace \"" + namespace + "\"");
        assertThat(get(secrets).status()).isEqualTo(403);
        assertThat(get(secrets + "?fieldSelector=metadata.name%3Dmine").status())
                .isEqualTo(200);
        String deployment = "/apis/apps/v1/namespaces/" + namespace + "/deployments/none";
        assertThat(get(deployment + "/scale").status()).isEqualTo(404);
        assertThat(get(deployment).status()).isEqualTo(403);
        assertThat(get("/api/v1/namespaces/default/secrets/mine").status()).isEqualTo(403);
    }

    @Test
    void discoveryIsForUsersHealthAndVersionForAll() {
        assertThat(get("/apis").status()).isEqualTo(200);
        assertThat(get("/openapi/v3").status()).isEqualTo(200);
        assertThat(get("/metrics").at("/message")).isEqualTo("forbidden: User \"dev\" cannot get path \"/metrics\"");
        for (String path : new String[] {"/livez", "/readyz", "/healthz", "/version"}) {
            assertThat(client.get(path, "Authorization", "").status()).as(path).isEqualTo(200);
        }
        Reply anonymous = client.get("/apis", "Authorization", "");
        assertThat(anonymous.status()).isEqualTo(403);
        assertThat(anonymous.at("/message"))
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/apis\"");
    }

    @Test
    void aBindingToAMissingRoleExplainsTheRefusal() throws Exception {
        bind("Role", "absent", "{'kind':'User','name':'dev'}");
        String path = "/api/v1/namespaces/" + namespace + "/configmaps";
        eventually(
                () -> get(path).at("/message").endsWith(": RBAC: role.rbac.authorization.k8s.io \"absent\" not found"));
    }

    @Test
    void nobodyGrantsWhatHeDoesNotHold() throws Exception {
        created(
                roles(),
                "{'metadata':{'name':'r'},'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']},"
                        + "{'verbs':['*'],'apiGroups':['rbac.authorization.k8s.io'],"
                        + "'resources':['roles','rolebindings'],'resourceNames':['x']},"
                        + "{'verbs':['create','get','update'],'apiGroups':['rbac.authorization.k8s.io'],"
                        + "'resources':['roles','rolebindings']}]}");
        bind("Role", "r", "{'kind':'User','name':'dev'}");
        eventually(() -> get(roles() + "/r").status() == 200);
        String pods = "{'metadata':{'name':'p'},'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}";
        assertThat(asDeveloper("POST", roles(), pods).status()).isEqualTo(201);
        Reply more = asDeveloper(
                "POST", roles(), pods.replace("'get'", "'get','list'").replace("'p'", "'q'"));
        assertThat(more.status()).isEqualTo(403);
        assertThat(more.at("/message"))
                .isEqualTo("roles.rbac.authorization.k8s.io \"q\" is forbidden: user \"dev\""
                        + " (groups=[\"developers\" \"system:authenticated\"]) is attempting to grant RBAC permissions"
                        + " not currently held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\"]}");
        assertThat(asDeveloper("PUT", roles() + "/p", pods.replace("'get'", "'watch'"))
                        .at("/message"))
                .contains("not currently held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"watch\"]}");
        String view = "{'metadata':{'name':'v'},'roleRef':{'kind':'ClusterRole','name':'system:aggregate-to-view'},"
                + "'subjects':[{'kind':'User','name':'dev'}]}";
        assertThat(asDeveloper("POST", bindings(), view).at("/message"))
                .startsWith("rolebindings.rbac.authorization.k8s.io \"v\" is forbidden: user \"dev\"");
        Reply absent = asDeveloper("POST", bindings(), view.replace("system:aggregate-to-view", "absent"));
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.at("/message")).isEqualTo("clusterrole.rbac.authorization.k8s.io \"absent\" not found");
    }

    @Test
    void bindAndEscalateAreVerbsOfTheirOwn() throws Exception {
        created(
                roles(),
                "{'metadata':{'name':'r'},'rules':[{'verbs':['create','escalate'],"
                        + "'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles']},"
                        + "{'verbs':['create'],'apiGroups':['rbac.authorization.k8s.io'],"
                        + "'resources':['rolebindings']},{'verbs':['bind'],"
                        + "'apiGroups':['rbac.authorization.k8s.io'],'resources':['clusterroles'],"
                        + "'resourceNames':['cluster-admin']}]}");
        bind("Role", "r", "{'kind':'User','name':'dev'}");
        String all = "{'metadata':{'name':'p'},'rules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*']}]}";
        eventually(() -> asDeveloper("POST", roles() + "?dryRun=All", all).status() == 201);
        String admin = "{'metadata':{'name':'a'},'roleRef':{'kind':'ClusterRole','name':'cluster-admin'}}";
        assertThat(asDeveloper("POST", bindings(), admin).status()).isEqualTo(201);
        assertThat(asDeveloper("POST", bindings(), admin.replace("cluster-admin", "system:monitoring"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void faultsAreThoseOfUpstream() {
        Reply role = client.post(
                roles(),
                "{\"metadata\":{\"name\":\"a%b\"},\"rules\":[{\"verbs\":[],\"nonResourceURLs\":[\"/x\"]},{\"verbs\":[\"get\"]}]}");
        assertThat(role.at("/message"))
                .isEqualTo("Role.rbac.authorization.k8s.io \"a%b\" is invalid: [metadata.name: Invalid value: \"a%b\":"
                        + " may not contain '%',"
                        + " rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to"
                        + " non-resource URLs, rules[1].apiGroups: Required value: resource rules must supply at least"
                        + " one api group, rules[1].resources: Required value: resource rules must supply at least one"
                        + " resource, rules[0].verbs: Required value]");
        Reply binding = client.post(
                RBAC + "clusterrolebindings",
                "{\"metadata\":{\"name\":\"b\"},\"roleRef\":{\"kind\":\"Role\",\"name\":\"x\"},\"subjects\":[{\"kind\":"
                        + "\"ServiceAccount\",\"name\":\"a\"},{\"kind\":\"Robot\",\"name\":\"r\"}]}");
        assertThat(binding.at("/message"))
                .isEqualTo("ClusterRoleBinding.rbac.authorization.k8s.io \"b\" is invalid: [roleRef.kind: Unsupported"
                        + " value: \"Role\": supported values: \"ClusterRole\", subjects[0].namespace: Required value,"
                        + " subjects[1].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\","
                        + " \"User\", \"Group\"]");
        created(bindings(), "{'metadata':{'name':'b'},'roleRef':{'kind':'Role','name':'x'}}");
        Reply changed = client.patch("merge", bindings() + "/b", "{\"roleRef\":{\"name\":\"y\"}}");
        assertThat(changed.at("/message"))
                .isEqualTo("RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: roleRef: Invalid value:"
                        + " {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"y\"}: field is"
                        + " immutable");
    }

    @Test
    void theDefaultPolicyIsThereAndComesBack(@TempDir Path folder) throws Exception {
        JsonNode view =
                client.get(RBAC + "clusterroles/system:aggregate-to-view").json();
        assertThat(view.at("/metadata/labels/kubernetes.io~1bootstrapping").asString())
                .isEqualTo("rbac-defaults");
        assertThat(view.path("rules").size()).isEqualTo(12);
        String discovery = RBAC + "clusterroles/system:discovery";
        String monitoring = RBAC + "clusterroles/system:monitoring";
        try (TestApiServer first = new TestApiServer(folder, 0)) {
            TestClient admin = new TestClient(first);
            admin.patch("merge", discovery, "{\"rules\":[]}");
            admin.patch(
                    "merge",
                    monitoring,
                    "{\"rules\":[],\"metadata\":{\"annotations\":{\"rbac.authorization.kubernetes.io/autoupdate\":\"false\"}}}");
        }
        try (TestApiServer second = new TestApiServer(folder, 0)) {
            TestClient admin = new TestClient(second);
            eventually(() -> !admin.get(discovery).json().path("rules").isEmpty());
            assertThat(admin.get(monitoring).json().path("rules").size()).isZero();
        }
    }
}
