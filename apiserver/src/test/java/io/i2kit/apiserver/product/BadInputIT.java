package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads in the terminal when a manifest or the host is at fault; no machine boots here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

    @TempDir
    static Path folder;

    private @Nullable Product product;

    @BeforeAll
    void start() {
        product = Product.start(folder.resolve("data"));
    }

    @AfterAll
    void stop() {
        product().close();
    }

    @Test
    void anUnknownFieldAWrongTypeAndALongNameAreNamedWithTheirPath() {
        String deployment = Samples.web("bad", 1, "hello");
        refused(
                deployment.replace("  replicas: 1", "  replica: 2"),
                "strict decoding error: unknown field \"spec.replica\"");
        refused(
                deployment.replace("replicas: 1", "replicas: one"),
                "cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
        refused("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s}
                """.formatted("n".repeat(254)), "metadata.name: Invalid value:", "must be no more than 253");
        assertThat(product().kubectlOk("get", "deployments,configmaps", "-o", "name"))
                .doesNotContain("bad")
                .doesNotContain("nnn");
    }

    @Test
    void aRegistryThatIsDownIsBackedOffFrom() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        pod("unreachable", "127.0.0.1:" + port + "/team/web:1");
        awaitBackOff("unreachable");
        assertThat(product().kubectlOk("describe", "pod", "unreachable"))
                .contains("Failed to pull image \"127.0.0.1:" + port + "/team/web:1\"", "connect: connection refused");
    }

    @Test
    void anImageWithoutTheArchitectureSaysWhichIsMissing() throws IOException {
        HttpServer registry = registryOf("arm64");
        try {
            String image = "127.0.0.1:" + registry.getAddress().getPort() + "/team/web:1";
            pod("foreign", image);
            awaitBackOff("foreign");
            assertThat(product().kubectlOk("describe", "pod", "foreign"))
                    .contains("Failed to pull image \"" + image + "\"", "no matching manifest for linux/amd64");
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void withoutQemuTheLauncherNamesThePackage() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("bash", "dirname", "readlink", "uname", "id", "sed", "javac")) {
            Path found = Product.onPath(tool);
            if (found != null) {
                Files.createSymbolicLink(tools.resolve(tool), found);
            }
        }
        Product.Result result = Product.launchOn(
                tools, List.of("up", "--data", folder.resolve("none").toString()));
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("QEMU is missing", "qemu-system-x86");
    }

    @Test
    void aFullDiskRefusesWritesAndLosesNothing() throws IOException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        assumeTrue(mount(disk), "this host lets nobody mount a small disk here");
        try (Product small = Product.start(disk.resolve("data"))) {
            small.kubectlOk("create", "configmap", "before", "--from-literal=a=b");
            fill(disk.resolve("ballast"));
            Product.Result refused = firstRefused(small);
            assertThat(refused.err()).contains("No space left on device").doesNotContain("\tat ");
            assertThat(small.kubectlOk("get", "configmap", "before", "-o", "jsonpath={.data.a}"))
                    .isEqualTo("b");
            Files.delete(disk.resolve("ballast"));
            Product.await(
                    "the store to write again",
                    PATIENCE,
                    () -> small.kubectl("create", "configmap", "after", "--from-literal=a=b")
                                    .exit()
                            == 0);
            String held = small.kubectlOk("get", "configmaps", "-o", "name");
            small.killServer();
            small.up();
            assertThat(small.kubectlOk("get", "configmaps", "-o", "name")).isEqualTo(held);
        } finally {
            Product.run(Duration.ofSeconds(10), List.of("umount", "-l", disk.toString()), "");
        }
    }

    private static boolean mount(Path disk) {
        List<String> command = List.of("mount", "-t", "tmpfs", "-o", "size=96m", "none", disk.toString());
        return Product.run(Duration.ofSeconds(10), command, "").exit() == 0;
    }

    /** Space that was set aside beforehand may still take some writes. */
    private static Product.Result firstRefused(Product small) throws IOException {
        Path file = Files.writeString(folder.resolve("filling.txt"), "x".repeat(900_000));
        for (int number = 0; number < 200; number++) {
            Product.Result result = small.kubectl("create", "configmap", "filling-" + number, "--from-file=" + file);
            if (result.exit() != 0) {
                return result;
            }
        }
        throw new AssertionError("a full disk took all writes");
    }

    private static void fill(Path file) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private void refused(String manifest, String... texts) {
        Product.Result result = product().apply(manifest);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains(texts);
    }

    private void pod(String name, String image) {
        Product.Result result = product().apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec: {containers: [{name: c, image: "%s"}]}
                """.formatted(name, image));
        assertThat(result.exit()).as(result.err()).isZero();
    }

    private void awaitBackOff(String pod) {
        String path = "jsonpath={.status.containerStatuses[0].state.waiting.reason}";
        Product.await(
                pod + " to be in ImagePullBackOff",
                PATIENCE,
                () -> product().kubectl("get", "pod", pod, "-o", path).out().equals("ImagePullBackOff"));
    }

    /** A registry with one image index, made for another architecture only. */
    private static HttpServer registryOf(String architecture) throws IOException {
        byte[] index = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[
                {"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":"sha256:%s",
                "platform":{"os":"linux","architecture":"%s"}}]}
                """.formatted(INDEX_TYPE, "a".repeat(64), architecture).getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean manifest = exchange.getRequestURI().getPath().contains("/manifests/");
            byte[] body = manifest ? index : new byte[0];
            exchange.getResponseHeaders().set("Content-Type", INDEX_TYPE);
            exchange.getResponseHeaders().set("Docker-Content-Digest", "sha256:" + sha256(body));
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            }
            exchange.sendResponseHeaders(200, head || body.length == 0 ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private Product product() {
        return Objects.requireNonNull(product);
    }
}
