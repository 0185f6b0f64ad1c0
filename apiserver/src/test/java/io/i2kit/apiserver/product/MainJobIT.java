package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on real machines: each step goes on from the state that the former one left, because a boot under emulation is
 * dear.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final Duration BOOT = Duration.ofMinutes(8);
    /** A boot takes 10 s of a processor of one's own, and minutes where other programs want it too. */
    private static final String PATIENCE = "--timeout=480s";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path folder;

    private @Nullable Product product;

    @BeforeAll
    void start() {
        Product.Result packed = Product.launch(Duration.ofMinutes(10), List.of("image", "samples"));
        assertThat(packed.exit()).as("image samples: %s", packed.err()).isZero();
        product = Product.start(folder.resolve("data"));
    }

    @AfterAll
    void stop() {
        Product running = product();
        running.close();
        assertThat(running.processes()).as("processes left after down").isEmpty();
    }

    @Test
    @Order(1)
    void appliedManifestsServeThroughTheirServices() {
        assertThat(product().apply(Samples.web("web", 2, "hello")).out())
                .contains("deployment.apps/web created", "service/web created");
        assertThat(product()
                        .apply(Samples.client("client", "http://web/", "http://other/", "http://client/"))
                        .exit())
                .isZero();
        assertThat(product().apply(Samples.web("other", 1, "goodbye")).exit()).isZero();
        for (String name : List.of("web", "client", "other")) {
            product().kubectlOk("rollout", "status", "deployment/" + name, PATIENCE);
        }
        assertThat(get(address("web"))).startsWith("hello from web-");
        assertThat(get(address("other"))).startsWith("goodbye from other-");
        assertThat(product().kubectlOk("get", "--raw", "/api/v1/namespaces/default/services/web:80/proxy/"))
                .startsWith("hello from web-");
    }

    @Test
    @Order(2)
    void twoServicesOnPort80AreReachedByShortNameAndAMachineReachesItself() {
        Product.await("the client's log to show all three", BOOT, () -> {
            String log =
                    product().kubectl("logs", "deployment/client", "--tail=6").out();
            return log.contains("http://web/ -> hello from web-")
                    && log.contains("http://other/ -> goodbye from other-")
                    && log.contains("http://client/ -> it is me");
        });
    }

    @Test
    @Order(3)
    void objectsReadAsOnACluster() {
        assertThat(product().kubectlOk("get", "deployments")).containsPattern("web\\s+2/2\\s+2\\s+2");
        assertThat(product().kubectlOk("get", "pods", "-o", "wide", "-l", "app=web"))
                .containsPattern("web-\\S+\\s+1/1\\s+Running\\s+0")
                .contains("10.244.");
        assertThat(product().kubectlOk("get", "replicasets")).containsPattern("web-\\S+\\s+2\\s+2\\s+2");
        assertThat(product().kubectlOk("get", "endpoints", "web")).containsPattern("10\\.244\\.\\S+:8080,10\\.244\\.");
        assertThat(product().kubectlOk("get", "nodes")).containsPattern("Ready");
        assertThat(product().kubectlOk("describe", "deployment", "web"))
                .contains("ScalingReplicaSet", "NewReplicaSetAvailable");
        assertThat(product().kubectlOk("describe", "pod", "-l", "app=web"))
                .contains("Scheduled", "Started", "Ready:          True");
        assertThat(product().kubectlOk("diff", "--server-side=false", "-f", sampleFile("web", 2, "hello")))
                .isEmpty();
    }

    @Test
    @Order(4)
    void aRollingUpdateUnderLoadFailsNoRequest() {
        product().kubectlOk("scale", "deployment/web", "--replicas=3");
        product().kubectlOk("rollout", "status", "deployment/web", PATIENCE);
        Load load = Load.on("http://" + address("web") + "/");
        product().kubectlOk("set", "env", "deployment/web", "GREETING=updated");
        product().kubectlOk("rollout", "status", "deployment/web", PATIENCE);
        String report = load.end();
        assertThat(report)
                .contains("Requests/sec")
                .doesNotContain("Socket errors")
                .doesNotContain("Non-2xx");
        assertThat(get(address("web"))).startsWith("updated from web-");
        assertThat(product().kubectlOk("rollout", "history", "deployment/web"))
                .containsPattern("1\\s")
                .containsPattern("2\\s");
    }

    @Test
    @Order(5)
    void aBadImageLeavesTheOldMachinesServing() {
        product().kubectlOk("patch", "deployment/other", "-p", "{\"spec\":{\"progressDeadlineSeconds\":10}}");
        product().kubectlOk("set", "image", "deployment/other", "web=localhost/no-such-image:1");
        Product.await(
                "ImagePullBackOff",
                BOOT,
                () -> product().kubectl("get", "pods", "-l", "app=other").out().contains("ImagePullBackOff"));
        Product.await(
                "ProgressDeadlineExceeded",
                BOOT,
                () -> product()
                        .kubectl("get", "deployment/other", "-o", "yaml")
                        .out()
                        .contains("ProgressDeadlineExceeded"));
        assertThat(get(address("other"))).startsWith("goodbye");
        // Emulated machines take longer to boot than that.
        product().kubectlOk("patch", "deployment/other", "-p", "{\"spec\":{\"progressDeadlineSeconds\":600}}");
        product().kubectlOk("rollout", "undo", "deployment/other");
        product().kubectlOk("rollout", "status", "deployment/other", PATIENCE);
    }

    /** Three more boots: with {@code ./i2kit test --all}. */
    @Test
    @Tag("exhaustive")
    @Order(6)
    void rolloutsPauseResumeRestartAndAreWaitedForAndWatched() {
        Path watched = folder.resolve("watched.txt");
        Process watch = product().kubectlInBackground(watched, "get", "pods", "-l", "app=other", "-w");
        String first = uids("other");
        product().kubectlOk("rollout", "pause", "deployment/other");
        product().kubectlOk("set", "env", "deployment/other", "GREETING=resumed");
        Product.await("the paused change to be seen", BOOT, () -> observed("other"));
        assertThat(uids("other")).as("machines of a paused rollout").isEqualTo(first);
        assertThat(product().kubectl("rollout", "restart", "deployment/other").err())
                .contains("can't restart paused deployment");

        product().kubectlOk("rollout", "resume", "deployment/other");
        product().kubectlOk("rollout", "status", "deployment/other", PATIENCE);
        String resumed = uids("other");
        assertThat(resumed).isNotEqualTo(first);
        // The old machine may be told a moment later that it is not needed.
        Product.await(
                "the resumed change to be served",
                BOOT,
                () -> get(address("other")).startsWith("resumed from other-"));

        product().kubectlOk("rollout", "restart", "deployment/other");
        product().kubectlOk("rollout", "status", "deployment/other", PATIENCE);
        assertThat(product().kubectlOk("wait", "--for=condition=Available", "deployment/other", PATIENCE))
                .contains("deployment.apps/other condition met");
        assertThat(uids("other")).isNotEqualTo(resumed);
        watch.destroy();
        assertThat(watched)
                .content()
                .containsPattern("other-\\S+\\s+0/1\\s+Pending")
                .containsPattern("other-\\S+\\s+1/1\\s+Running")
                .containsPattern("other-\\S+\\s+1/1\\s+Terminating");
        assertThat(product().kubectlOk("get", "deploy,rs,po,svc,ep,nodes", "-o", "wide"))
                .containsPattern("deployment.apps/other\\s+1/1\\s+1\\s+1\\s+\\S+\\s+web\\s+localhost/")
                .containsPattern("replicaset.apps/other-\\S+\\s+1\\s+1\\s+1")
                .containsPattern("pod/other-\\S+\\s+1/1\\s+Running\\s+0\\s+\\S+\\s+10\\.244\\.")
                .containsPattern("service/other\\s+LoadBalancer\\s+10\\.\\S+\\s+127\\.")
                .containsPattern("endpoints/other\\s+10\\.244\\.")
                .containsPattern("node/\\S+\\s+Ready");
        Product.await(
                "the former Pods and machines to end",
                BOOT,
                () -> product()
                                .kubectlOk("get", "pods", "-o", "jsonpath={.items[*].metadata.deletionTimestamp}")
                                .isEmpty()
                        && machines().size()
                                == product()
                                        .kubectlOk("get", "pods", "-o", "name")
                                        .lines()
                                        .count());
    }

    @Test
    @Order(7)
    void aKilledServerLosesNothingAndAMachineKilledMeanwhileIsReplaced() {
        String before = uids("other");
        String web = address("web");
        product().killServer();
        assertThat(get(web)).startsWith("updated");
        product().up();
        assertThat(uids("other")).isEqualTo(before);

        List<ProcessHandle> machines = machines();
        int running = machines.size();
        product().killServer();
        machines.getFirst().destroyForcibly();
        Product.await(
                "the cloud to replace the machine by itself",
                BOOT,
                () -> machines().size() == running && !machines().contains(machines.getFirst()));
        product().up();
        for (String name : List.of("web", "other", "client")) {
            product().kubectlOk("rollout", "status", "deployment/" + name, PATIENCE);
        }
        assertThat(machines()).hasSameSizeAs(machines);
    }

    @Test
    @Order(8)
    void aContainerThatExitsAtOnceIsCrashLooping() {
        product().kubectlOk("delete", "deployment", "web", "client");
        assertThat(product().apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: crash}
                spec:
                  containers:
                  - {name: c, image: "localhost/nginx:1.22", command: [sh, -c, "echo failing; exit 3"]}
                """).exit()).isZero();
        Product.await(
                "CrashLoopBackOff",
                BOOT,
                () -> product().kubectl("get", "pod", "crash").out().matches("(?s).*CrashLoopBackOff\\s+[1-9].*"));
        assertThat(product().kubectlOk("logs", "crash")).contains("failing");
        assertThat(product()
                        .kubectlOk(
                                "get",
                                "pod",
                                "crash",
                                "-o",
                                "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}"))
                .isEqualTo("3");
    }

    @Test
    @Order(9)
    void deletingLeavesNoMachine() {
        product().kubectlOk("delete", "pod", "crash", "--wait=true", PATIENCE);
        product().kubectlOk("delete", "deployment,service", "--all");
        Product.await("every machine to end", BOOT, () -> machines().isEmpty());
        Product.await(
                "every Pod to be gone",
                BOOT,
                () -> product().kubectlOk("get", "pods", "-o", "name").isEmpty());
    }

    private Product product() {
        return Objects.requireNonNull(product);
    }

    private String address(String service) {
        String path = "jsonpath={.status.loadBalancer.ingress[0].ip}";
        Product.await(
                "an address of " + service,
                BOOT,
                () -> !product()
                        .kubectl("get", "service", service, "-o", path)
                        .out()
                        .isEmpty());
        return product().kubectlOk("get", "service", service, "-o", path) + ":80";
    }

    private String get(String address) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError(address + ": " + e, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean observed(String deployment) {
        String[] generations = product()
                .kubectlOk(
                        "get",
                        "deployment",
                        deployment,
                        "-o",
                        "jsonpath={.metadata.generation} {.status.observedGeneration}")
                .split(" ");
        return generations[0].equals(generations[1]);
    }

    private String uids(String app) {
        return product().kubectlOk("get", "pods", "-l", "app=" + app, "-o", "jsonpath={.items[*].metadata.uid}");
    }

    private List<ProcessHandle> machines() {
        return product().processHandles("qemu-system");
    }

    private String sampleFile(String name, int replicas, String greeting) {
        Path file = folder.resolve(name + ".yaml");
        try {
            return java.nio.file.Files.writeString(file, Samples.web(name, replicas, greeting))
                    .toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
