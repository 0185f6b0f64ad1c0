package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.http.TestClient.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds that are answered and not stored, and impersonation by plain headers. */
class ReviewsTest {
    private static final String AUTHENTICATION = "/apis/authentication.k8s.io/v1/";
    private static final String AUTHORIZATION = "/apis/authorization.k8s.io/v1/";
    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply post(String path, String json, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return client.send("POST", path, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), all);
    }

    @Test
    void whoAmI() {
        Reply self = post(AUTHENTICATION + "selfsubjectreviews", "{}");
        assertThat(self.status()).as(self.text()).isEqualTo(201);
        assertThat(self.json().at("/status/userInfo").toString())
                .isEqualTo(
                        "{\"username\":\"root\",\"uid\":\"1\",\"groups\":[\"system:masters\",\"system:authenticated\"]}");
        Reply other = post(
                AUTHENTICATION + "selfsubjectreviews",
                "{}",
                "Impersonate-User",
                "system:serviceaccount:ns:robot",
                "Impersonate-Extra-Example.com%2fScopes",
                "x");
        assertThat(other.json().at("/status/userInfo").toString())
                .isEqualTo("{\"username\":\"system:serviceaccount:ns:robot\",\"groups\":[\"system:serviceaccounts\","
                        + "\"system:serviceaccounts:ns\",\"system:authenticated\"],"
                        + "\"extra\":{\"example.com/scopes\":[\"x\"]}}");
        assertThat(post(AUTHENTICATION + "selfsubjectreviews", "{}", "Impersonate-User", "system:anonymous")
                        .at("/message"))
                .as("anonymous may not even ask who it is")
                .contains("User \"system:anonymous\" cannot create resource \"selfsubjectreviews\"");
        Reply nobody = post(AUTHENTICATION + "selfsubjectreviews", "{}", "Impersonate-Group", "g");
        assertThat(nobody.status()).isEqualTo(400);
        assertThat(nobody.at("/message")).endsWith("without impersonating a user name");
    }

    @Test
    void constrainedImpersonationNeverGivesMasters() {
        String clusterRoles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        assertThat(post(
                                clusterRoles,
                                "{'metadata':{'name':'all-info'},'rules':[{'apiGroups':['*'],'resources':['*'],"
                                        + "'verbs':['impersonate:user-info','impersonate-on:user-info:create','create']}]}")
                        .status())
                .isEqualTo(201);
        assertThat(post(
                                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                                "{'metadata':{'name':'all-info'},'roleRef':{'kind':'ClusterRole','name':'all-info'},"
                                        + "'subjects':[{'kind':'User','name':'dev'}]}")
                        .status())
                .isEqualTo(201);
        String[] asDeveloper = {
            "Authorization",
            "Bearer " + TestApiServer.DEVELOPER_TOKEN,
            "Impersonate-User",
            "eve",
            "Impersonate-Group",
            "system:masters"
        };
        String refused = "";
        for (int i = 0; i < 500 && !refused.endsWith("not allowed"); i++) {
            Reply reply = post(AUTHENTICATION + "selfsubjectreviews", "{}", asDeveloper);
            assertThat(reply.status()).as(reply.text()).isEqualTo(403);
            refused = reply.at("/message");
        }
        assertThat(post(AUTHENTICATION + "selfsubjectreviews", "{}", asDeveloper)
                        .at("/message"))
                .isEqualTo("groups.authentication.k8s.io \"system:masters\" is forbidden: User \"dev\" cannot"
                        + " impersonate:user-info resource \"groups\" in API group \"authentication.k8s.io\" at the"
                        + " cluster scope: impersonating the system:masters group is not allowed");
        asDeveloper[5] = "harmless";
        assertThat(post(AUTHENTICATION + "selfsubjectreviews", "{}", asDeveloper)
                        .at("/status/userInfo/username"))
                .isEqualTo("eve");
    }

    @Test
    void mayTheyDoIt() {
        String pods = "'resourceAttributes':{'verb':'get','resource':'pods','namespace':'default'}";
        Reply allowed = post(AUTHORIZATION + "selfsubjectaccessreviews", "{'spec':{" + pods + "}}");
        assertThat(allowed.status()).as(allowed.text()).isEqualTo(201);
        assertThat(allowed.json().path("status").toString()).isEqualTo("{\"allowed\":true}");
        assertThat(post(AUTHORIZATION + "subjectaccessreviews", "{'spec':{'user':'x'," + pods + "}}")
                        .json()
                        .path("status")
                        .toString())
                .isEqualTo("{\"allowed\":false}");
        Reply path = post(
                AUTHORIZATION + "subjectaccessreviews",
                "{'spec':{'groups':['system:authenticated'],'nonResourceAttributes':{'verb':'get','path':'/apis'}}}");
        assertThat(path.at("/status/reason"))
                .isEqualTo("RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole"
                        + " \"system:discovery\" to Group \"system:authenticated\"");
        String local = "/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews";
        assertThat(post(local, "{'spec':{'user':'x'," + pods + "}}").status()).isEqualTo(201);
        assertThat(post(local, "{'spec':{'user':'x'," + pods.replace("'default'", "'other'") + "}}")
                        .at("/message"))
                .isEqualTo(".authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value:"
                        + " \"other\": must match metadata.namespace");
        assertThat(post(AUTHORIZATION + "subjectaccessreviews", "{'spec':{}}").at("/message"))
                .isEqualTo(".authorization.k8s.io \"\" is invalid: [spec: Invalid value: null: exactly one of"
                        + " nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value:"
                        + " \"\": at least one of user or group must be specified]");
    }

    @Test
    void whatMayIDo() {
        Reply rules = post(
                AUTHORIZATION + "selfsubjectrulesreviews",
                "{'spec':{'namespace':'default'}}",
                "Authorization",
                "Bearer " + TestApiServer.NOBODY_TOKEN);
        assertThat(rules.status()).as(rules.text()).isEqualTo(201);
        assertThat(rules.json().at("/status/resourceRules").toString())
                .contains("{\"verbs\":[\"create\"],\"apiGroups\":[\"authentication.k8s.io\"],"
                        + "\"resources\":[\"selfsubjectreviews\"]}");
        assertThat(rules.json().at("/status/nonResourceRules").toString()).contains("/openapi/*");
        assertThat(rules.json().at("/status/incomplete").asBoolean()).isFalse();
        assertThat(post(AUTHORIZATION + "selfsubjectrulesreviews", "{'spec':{}}")
                        .at("/message"))
                .isEqualTo("no namespace on request");
    }

    @Test
    void whoseTokenIsIt() {
        String reviews = AUTHENTICATION + "tokenreviews";
        Reply known = post(reviews, "{'spec':{'token':'" + TestApiServer.NOBODY_TOKEN + "','audiences':['me']}}");
        assertThat(known.json().path("status").toString())
                .isEqualTo("{\"authenticated\":true,\"user\":{\"username\":\"nobody\",\"uid\":\"2\",\"groups\":"
                        + "[\"some\",\"group\",\"system:authenticated\"]},\"audiences\":[\"me\"]}");
        Reply unknown = post(reviews, "{'spec':{'token':'nonsense'}}");
        assertThat(unknown.status()).isEqualTo(201);
        assertThat(unknown.at("/status/error")).isEqualTo("invalid bearer token");
        assertThat(post(reviews, "{'spec':{}}").at("/message"))
                .isEqualTo("token is required for TokenReview in authentication");
    }

    @Test
    void reviewsCanOnlyBeCreated() {
        assertThat(client.get(AUTHENTICATION + "tokenreviews").status()).isEqualTo(405);
        assertThat(client.delete(AUTHENTICATION + "tokenreviews/x").status()).isEqualTo(405);
        assertThat(client.get("/apis/authorization.k8s.io/v1")
                        .json()
                        .at("/resources/0/verbs")
                        .toString())
                .isEqualTo("[\"create\"]");
        assertThat(client.get("/openapi/v3/apis/authentication.k8s.io/v1").text())
                .contains("\"/apis/authentication.k8s.io/v1/tokenreviews\"");
    }
}
