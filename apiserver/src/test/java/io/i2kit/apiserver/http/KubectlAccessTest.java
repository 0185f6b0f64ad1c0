package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.clusterrole.AggregationController;
import io.i2kit.apiserver.informer.InformerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access as kubectl shows it: auth can-i, whoami, reconcile, roles and bindings, impersonation. */
class KubectlAccessTest {
    private static final ControllerManager CONTROLLERS = new ControllerManager(Duration.ofSeconds(5));
    private static TestApiServer server;
    private static InformerFactory informers;
    private static Path folder;

    @BeforeAll
    static void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        server = new TestApiServer(folder, 0);
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        informers = new InformerFactory(server.registry.store().storage());
        AggregationController.register(CONTROLLERS, informers, server.registry.objects());
        informers.start();
        CONTROLLERS.start();
    }

    @AfterAll
    static void stop() {
        CONTROLLERS.close();
        informers.close();
        server.close();
    }

    private static Kubectl.Run run(String... arguments) {
        return new Kubectl(folder).run(arguments);
    }

    private static String kubectl(String... arguments) {
        return new Kubectl(folder).ok(arguments);
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 100 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void whoami() {
        assertThat(kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username} {.status.userInfo.groups}"))
                .isEqualTo("kubernetes-admin [\"system:masters\",\"system:authenticated\"]");
        assertThat(kubectl(
                        "auth",
                        "whoami",
                        "--as=bob",
                        "--as-uid=u-1",
                        "--as-group=a,b",
                        "-o",
                        "jsonpath={.status.userInfo}"))
                .isEqualTo("{\"groups\":[\"a,b\",\"system:authenticated\"]," + "\"uid\":\"u-1\",\"username\":\"bob\"}");
    }

    @Test
    void canIByRolesAndBindings() throws Exception {
        assertThat(kubectl("auth", "can-i", "delete", "nodes")).endsWith("yes");
        assertThat(run("auth", "can-i", "list", "pods", "--as=ann").text()).isEqualTo("no");
        kubectl("create", "role", "reader", "--verb=get,list", "--resource=pods,deployments.apps/scale");
        kubectl("create", "rolebinding", "ann-reads", "--role=reader", "--user=ann", "--serviceaccount=default:robot");
        eventually(() -> run("auth", "can-i", "list", "pods", "--as=ann").exit() == 0);
        assertThat(kubectl(
                        "auth",
                        "can-i",
                        "get",
                        "deployments.apps",
                        "--subresource=scale",
                        "--as=system:serviceaccount:default:robot"))
                .isEqualTo("yes");
        assertThat(run("auth", "can-i", "delete", "pods", "--as=ann").text()).isEqualTo("no");
        assertThat(run("auth", "can-i", "get", "/metrics", "--as=ann").text()).isEqualTo("no");
        assertThat(kubectl("auth", "can-i", "get", "/version", "--as=ann")).isEqualTo("yes");
        assertThat(kubectl("auth", "can-i", "--list", "--as=ann"))
                .contains(
                        "deployments.apps/scale ",
                        "[get list]",
                        "selfsubjectreviews.authentication.k8s.io",
                        "[/version]");
        assertThat(kubectl("get", "rolebinding", "ann-reads", "-o", "wide"))
                .containsPattern("NAME +ROLE +AGE +USERS +GROUPS +SERVICEACCOUNTS")
                .containsPattern("ann-reads +Role/reader +\\d+s +ann +default/robot");
        assertThat(kubectl("get", "roles")).contains("CREATED AT");
        assertThat(kubectl("get", "pods", "--as=ann")).contains("No resources found");
        assertThat(run("get", "secrets", "--as=ann").text())
                .isEqualTo("Error from server (Forbidden): secrets is forbidden: User \"ann\" cannot list resource"
                        + " \"secrets\" in API group \"\" in the namespace \"default\"");
    }

    @Test
    void aggregatedRolesGatherRules() throws Exception {
        kubectl("create", "clusterrole", "parts", "--verb=get", "--resource=nodes");
        kubectl("label", "clusterrole", "parts", "example.com/whole=true");
        kubectl("create", "clusterrole", "whole", "--aggregation-rule=example.com/whole=true");
        eventually(() -> kubectl("get", "clusterrole", "whole", "-o", "jsonpath={.rules}")
                .equals("[{\"apiGroups\":[\"\"],\"resources\":[\"nodes\"],\"verbs\":[\"get\"]}]"));
        kubectl("create", "rolebinding", "viewer", "--clusterrole=view", "--group=viewers", "-n", "kube-public");
        eventually(() -> run("auth", "can-i", "list", "pods", "-n", "kube-public", "--as=x", "--as-group=viewers")
                        .exit()
                == 0);
        assertThat(run("auth", "can-i", "list", "secrets", "-n", "kube-public", "--as=x", "--as-group=viewers")
                        .text())
                .isEqualTo("no");
        assertThat(kubectl("describe", "clusterrole", "admin")).contains("rolebindings.rbac.authorization.k8s.io");
    }

    @Test
    void reconcile() throws Exception {
        Path file = Files.writeString(folder.resolve("rbac.yaml"), """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reconciled}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: reconciled}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reconciled}
                subjects:
                - {kind: User, apiGroup: rbac.authorization.k8s.io, name: carl}
                """);
        assertThat(kubectl("auth", "reconcile", "-f", file.toString()))
                .contains("clusterrole.rbac.authorization.k8s.io/reconciled reconciled")
                .contains("clusterrolebinding.rbac.authorization.k8s.io/reconciled reconciled");
        Files.writeString(file, Files.readString(file).replace("[get]", "[list]"));
        assertThat(kubectl("auth", "reconcile", "-f", file.toString())).contains("missing rules added");
        assertThat(kubectl("get", "clusterrole", "reconciled", "-o", "jsonpath={.rules[*].verbs}"))
                .isEqualTo("[\"get\"] [\"list\"]");
        eventually(() -> run("auth", "can-i", "list", "pods", "--as=carl").exit() == 0);
    }

    @Test
    void createToken() throws Exception {
        kubectl("create", "serviceaccount", "worker");
        String token = kubectl("create", "token", "worker", "--duration=20m");
        Path bare = folder.resolve("no-user");
        Files.writeString(bare, server.kubeconfig().replaceAll("user: \\{client-[^}]*}", "user: {}"));
        assertThat(kubectl(
                        "auth",
                        "whoami",
                        "--kubeconfig=" + bare,
                        "--token=" + token,
                        "-o",
                        "jsonpath={.status.userInfo.username}"))
                .isEqualTo("system:serviceaccount:default:worker");
        assertThat(run("create", "token", "worker", "--duration=1m").text())
                .contains("may not specify a duration less than 10 minutes");
    }

    @Test
    void impersonationNeedsItsVerb() throws Exception {
        String asDeveloper = "--token=" + TestApiServer.DEVELOPER_TOKEN;
        Path other = folder.resolve("token-only");
        Files.writeString(other, server.kubeconfig().replaceAll("user: \\{client-[^}]*}", "user: {}"));
        String[] list = {"get", "configmaps", "--kubeconfig=" + other, asDeveloper, "--as=eve"};
        assertThat(run(list).text())
                .endsWith("configmaps is forbidden: User \"dev\" cannot impersonate-on:user-info:list resource"
                        + " \"configmaps\" in API group \"\" in the namespace \"default\"");
        kubectl("create", "clusterrole", "actor", "--verb=impersonate", "--resource=users", "--resource-name=eve");
        kubectl("create", "clusterrolebinding", "actor", "--clusterrole=actor", "--user=dev");
        eventually(() -> run(list).text().contains("User \"eve\" cannot list resource"));
        assertThat(run("get", "configmaps", "--kubeconfig=" + other, asDeveloper, "--as=root")
                        .text())
                .contains("User \"dev\" cannot impersonate");
    }
}
