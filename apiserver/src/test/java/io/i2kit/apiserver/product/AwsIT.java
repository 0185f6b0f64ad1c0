package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.AwsInventory;
import io.i2kit.cloud.aws.MotoServer;
import io.i2kit.cloud.aws.faults.FaultProxy;
import io.i2kit.cloud.aws.faults.WireFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job's sample on AWS' emulator, whose machines run nothing: what is made in the account, what comes back in
 * {@code kubectl}, and that nothing is left, by a listing that knows nothing of i2kit. Then the same with a server that is killed at
 * one call of each step, drawn by a seed that is printed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AwsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String REGION = "us-east-1";
    private static final String[] UP = {"--cloud", "aws", "--aws-name", "shop", "--aws-region", REGION};

    /** Kept for an hour, for whoever needs them again. */
    private static final Set<String> KEPT = Set.of("ami", "snapshot");

    private final Random random = new Random(seed());

    @TempDir
    static Path folder;

    private @Nullable MotoServer moto;
    private @Nullable FaultProxy proxy;
    private @Nullable AwsInventory inventory;
    private @Nullable Product product;
    private Map<String, Long> idle = Map.of();

    private static long seed() {
        long seed = Long.getLong("i2kit.seed", System.nanoTime());
        System.out.println("AwsIT: the server is killed by seed " + seed);
        return seed;
    }

    @BeforeAll
    void start() throws IOException, InterruptedException {
        Product.Result packed = Product.launch(Duration.ofMinutes(10), List.of("image", "samples"));
        assertThat(packed.exit()).as("image samples: %s", packed.err()).isZero();
        moto = MotoServer.start();
        inventory = new AwsInventory(moto.endpoint());
        proxy = new FaultProxy(
                moto.endpoint(), Duration.ofSeconds(30), () -> product().killServer());
        Product.Result made = Product.launch(
                Duration.ofMinutes(2),
                environment(),
                List.of("aws", "init", "--name", "shop", "--region", REGION, "--yes"));
        assertThat(made.exit()).as("aws init: %s%s", made.out(), made.err()).isZero();
        product = Product.startIn(folder.resolve("data"), environment(), UP);
        // Its own Service is all that it makes by itself.
        Product.await(
                "the server's own name",
                PATIENCE,
                () -> Objects.requireNonNull(inventory).list().stream()
                        .anyMatch(line -> line.contains("_i2kit.kubernetes.default.svc")));
        idle = counted();
    }

    private Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL",
                Objects.requireNonNull(proxy).endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                "test",
                "AWS_SECRET_ACCESS_KEY",
                "test");
    }

    @AfterAll
    void stop() {
        if (product != null) {
            product.close();
            assertThat(product.processes()).as("processes left after down").isEmpty();
        }
        if (inventory != null) {
            inventory.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        if (moto != null) {
            moto.close();
        }
    }

    private Product product() {
        return Objects.requireNonNull(product);
    }

    /** How many the account has of each kind. */
    private Map<String, Long> counted() {
        return Objects.requireNonNull(inventory).list().stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .filter(kind -> !KEPT.contains(kind))
                .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
    }

    /** What is there more than when nothing was applied. */
    private Map<String, Long> more() {
        Map<String, Long> more = new TreeMap<>(counted());
        idle.forEach((kind, count) -> more.merge(kind, -count, Long::sum));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    /** Not while things go between two calls of the listing. */
    private boolean isNow(Map<String, Long> wanted) {
        try {
            return more().equals(wanted);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void awaitMore(String what, Map<String, Long> wanted) {
        Map<String, Long> all = new TreeMap<>(wanted);
        try {
            Product.await(what, PATIENCE, () -> isNow(all));
        } catch (AssertionError e) {
            throw new AssertionError(what + " is " + all + ", not " + more() + ": " + inventory.list(), e);
        }
    }

    /** Nothing says that a machine is ready, so an update ends the old ones first. */
    private static String manifest(String name, int replicas, String greeting) {
        return Samples.web(name, replicas, greeting)
                .replace("strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "strategy: {type: Recreate}");
    }

    /** What a Deployment with a Service is in the account, with one group for each revision that there was. */
    private static Map<String, Long> workload(int machines, int revisions) {
        return Map.of(
                "auto-scaling-group", (long) revisions,
                "instance", (long) machines,
                "launch-template", (long) revisions,
                "object", (long) revisions,
                "load-balancer", 1L,
                "listener", 1L,
                "target-group", 1L,
                "security-group", 1L,
                "record", 2L);
    }

    @Test
    @Order(1)
    void anAppliedSampleIsMadeAndItsStatusComesBack() {
        assertThat(product().apply(manifest("web", 2, "hello")).out())
                .contains("deployment.apps/web created", "service/web created");
        awaitMore("two machines behind a load balancer", workload(2, 1));
        // Its machines run at once and say nothing: which Pod one is, only the machine itself could say.
        assertThat(product().kubectlOk("get", "pods", "-l", "app=web"))
                .containsPattern("web-\\S+\\s+0/1\\s+ContainerCreating\\s+0");
        assertThat(product().kubectlOk("describe", "pod", "-l", "app=web"))
                .contains("Building", "Uploaded machine image", "Registered machine image");
        // Told by the look at the account that comes after the load balancer is there.
        Product.await(
                "the load balancer's name",
                PATIENCE,
                () -> product().kubectlOk("get", "service", "web").contains("amazonaws.com"));
        assertThat(product().kubectlOk("get", "service", "web")).contains("elb", "amazonaws.com", "80:");
        assertThat(product().kubectlOk("get", "deployment", "web")).containsPattern("web\\s+0/2\\s+2\\s+0");
    }

    @Test
    @Order(2)
    void anUpdateARollbackAndAScale() {
        product().kubectlOk("set", "env", "deployment/web", "GREETING=updated");
        awaitMore("the update", workload(2, 2));
        assertThat(product().kubectlOk("get", "replicasets"))
                .containsPattern("web-\\S+\\s+0\\s+0\\s+0")
                .containsPattern("web-\\S+\\s+2\\s+2\\s+0");
        product().kubectlOk("rollout", "undo", "deployment/web");
        Product.await(
                "the rollback",
                PATIENCE,
                () -> isNow(workload(2, 2)) && revision("web").equals("3"));
        product().kubectlOk("scale", "deployment/web", "--replicas=3");
        awaitMore("three machines", workload(3, 2));
        product().kubectlOk("scale", "deployment/web", "--replicas=1");
        awaitMore("one machine", workload(1, 2));
    }

    private String revision(String deployment) {
        return product()
                .kubectlOk(
                        "get",
                        "deployment",
                        deployment,
                        "-o",
                        "jsonpath={.metadata.annotations['deployment\\.kubernetes\\.io/revision']}");
    }

    @Test
    @Order(3)
    void nothingIsLeftOfIt() {
        product().kubectlOk("delete", "deployment,service", "web");
        awaitMore("nothing", Map.of());
    }

    @Test
    @Order(4)
    void aServerKilledBetweenTwoCallsGoesOn() {
        liveWithKills("killed");
    }

    @RepeatedTest(20)
    @Order(5)
    @Tag("exhaustive")
    void aServerKilledBetweenAnyTwoCallsGoesOn() {
        liveWithKills("killed");
    }

    private void liveWithKills(String name) {
        kill("the creation", () -> product().apply(manifest(name, 2, "hello")));
        awaitMore("two machines after a kill", workload(2, 1));
        kill("the update", () -> product().kubectl("set", "env", "deployment/" + name, "GREETING=updated"));
        awaitMore("the update after a kill", workload(2, 2));
        kill("the scale", () -> product().kubectl("scale", "deployment/" + name, "--replicas=1"));
        awaitMore("one machine after a kill", workload(1, 2));
        kill(
                "the deletion",
                () -> product().kubectl("delete", "--wait=false", "--ignore-not-found", "deployment,service", name));
        awaitMore("nothing after a kill", Map.of());
    }

    /**
     * Kills the server at a call that changes something; where so many do not come, after the last of them.
     *
     * @param client may be run twice
     */
    private void kill(String step, Supplier<Product.Result> client) {
        FaultProxy wire = Objects.requireNonNull(proxy);
        int call = random.nextInt(10);
        WireFault how = random.nextBoolean() ? WireFault.KILLED_BEFORE : WireFault.KILLED_AFTER;
        wire.plan(call, how);
        Product.Result answer = client.get();
        long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!wire.hasKilled() && System.nanoTime() < end) {
            sleep();
        }
        if (!wire.hasKilled()) {
            product().killServer();
        }
        System.out.printf("AwsIT: %s: %s at call %d, %s%n", step, how, call, wire.wrong());
        wire.plan(0, null);
        product().up(UP);
        if (answer.exit() != 0) {
            // The server was gone before it had taken all of it: the user says it again.
            answer = client.get();
        }
        assertThat(answer.exit()).as("%s: %s", step, answer.err()).isZero();
    }

    private static void sleep() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
