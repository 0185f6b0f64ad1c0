package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}, {@code attach}, {@code cp} and {@code port-forward} of the real kubectl, by WebSocket and by SPDY. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(90)
class KubectlStreamsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    /**
     * kubectl reads messages before it has made the streams that they are for, and drops them (client-go's {@code
     * remotecommand/websocket.go}): on a busy machine it says so of the first, empty one, and output has to come a little later.
     */
    private static final Pattern TOO_EARLY = Pattern.compile("E.*Unknown stream id \\d, discarding message\n");

    private static final String LATER = "sleep 0.5; ";

    @TempDir
    static Path folder;

    private TestApiServer server;
    private Path kubeconfig;

    /** What a command left. */
    private record Result(int exit, String out, String err) {}

    @BeforeAll
    void start() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(entry -> Files.isExecutable(Path.of(entry, "kubectl"))),
                "needs kubectl");
        server = new TestApiServer(folder, 0);
        kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        TestClient client = new TestClient(server);
        pod(client, "p", "c");
        pod(client, "two", "one", "other");
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static void pod(TestClient client, String name, String... containers) {
        String list = String.join(
                ",",
                Arrays.stream(containers)
                        .map(container -> "{\"name\":\"" + container + "\",\"image\":\"i\"}")
                        .toList());
        client.post(PODS, "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"containers\":[" + list + "]}}");
        client.post(PODS + "/" + name + "/binding", "{\"target\":{\"name\":\"node-1\"}}");
        TestClient.Reply running =
                client.patch("merge", PODS + "/" + name + "/status", "{\"status\":{\"phase\":\"Running\"}}");
        assertThat(running.status()).as(running.text()).isEqualTo(200);
    }

    private ProcessBuilder builder(boolean webSocket, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", Boolean.toString(webSocket));
        builder.environment().put("KUBECTL_PORT_FORWARD_WEBSOCKETS", Boolean.toString(webSocket));
        return builder;
    }

    private Result kubectl(boolean webSocket, byte[] input, String... arguments) throws Exception {
        Process process = builder(webSocket, arguments).start();
        CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
        CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
        try (var in = process.getOutputStream()) {
            in.write(input);
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(arguments) + " does not end");
        }
        return new Result(
                process.exitValue(),
                new String(out.join(), StandardCharsets.ISO_8859_1),
                TOO_EARLY
                        .matcher(new String(err.join(), StandardCharsets.ISO_8859_1))
                        .replaceAll(""));
    }

    private static byte[] all(java.io.InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertNoStreamIsLeft() throws InterruptedException {
        for (int i = 0; i < 100 && server.node.streams.get() > 0; i++) {
            Thread.sleep(50);
        }
        assertThat(server.node.streams).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void execHasStreamsAndAnExitCode(boolean webSocket) throws Exception {
        byte[] input = "typed".getBytes(StandardCharsets.UTF_8);
        Result result =
                kubectl(webSocket, input, "exec", "-i", "p", "--", "sh", "-c", LATER + "cat; echo problem >&2; exit 7");
        assertThat(result.out()).isEqualTo("typed");
        assertThat(result.err()).isEqualTo("problem\ncommand terminated with exit code 7\n");
        assertThat(result.exit()).isEqualTo(7);
        assertThat(kubectl(
                        webSocket,
                        new byte[0],
                        "exec",
                        "p",
                        "--",
                        "sh",
                        "-c",
                        LATER + "echo \"$@\"",
                        "sh",
                        "a b",
                        "&c"))
                .isEqualTo(new Result(0, "a b &c\n", ""));
        assertNoStreamIsLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void megabytesGoBothWays(boolean webSocket) throws Exception {
        byte[] input = new byte[5_000_000];
        new Random(1).nextBytes(input);
        Result result = kubectl(webSocket, input, "exec", "-i", "p", "--", "sh", "-c", LATER + "cat");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(input);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copiesFilesBothWays(boolean webSocket) throws Exception {
        Path from = Files.writeString(folder.resolve("from-" + webSocket), "content ".repeat(100_000));
        Path there = folder.resolve("there-" + webSocket);
        Path back = folder.resolve("back-" + webSocket);
        Result up = kubectl(webSocket, new byte[0], "cp", from.toString(), "p:" + there);
        assertThat(up.exit()).as(up.err()).isZero();
        assertThat(there).hasSameBinaryContentAs(from);
        Result down = kubectl(webSocket, new byte[0], "cp", "p:" + there, back.toString());
        assertThat(down.exit()).as(down.err()).isZero();
        assertThat(back).hasSameBinaryContentAs(from);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void errorsReadAsOnACluster(boolean webSocket) throws Exception {
        byte[] none = new byte[0];
        assertThat(kubectl(webSocket, none, "exec", "p", "-c", "x", "--", "true")
                        .err())
                .contains("container x is not valid for pod p");
        assertThat(kubectl(webSocket, none, "exec", "p", "--", "not-running").err())
                .contains("unable to upgrade connection: container not found (\"c\")");
        Result missing = kubectl(webSocket, none, "exec", "p", "--", "no-such-program");
        assertThat(missing.err())
                .contains("Internal error occurred: error executing command in container: failed to exec");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(kubectl(webSocket, none, "exec", "nobody", "--", "true").err())
                .contains("pods \"nobody\" not found");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMachineThatGoesAwayEndsTheStreamWithAnError(boolean webSocket) throws Exception {
        Process process = builder(webSocket, "exec", "p", "--", "sh", "-c", LATER + "echo ready; sleep 600")
                .start();
        try (BufferedReader out = process.inputReader();
                BufferedReader err = process.errorReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            server.node.crash();
            assertThat(err.readAllAsString())
                    .contains("Internal error occurred: error executing command in container: the machine went away");
            assertThat(process.waitFor()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
        assertNoStreamIsLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesEndsItsStream(boolean webSocket) throws Exception {
        Process process = builder(webSocket, "exec", "-i", "p", "--", "sh", "-c", LATER + "echo ready; cat")
                .start();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertNoStreamIsLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void portsAreForwarded(boolean webSocket) throws Exception {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = new byte[300_000];
        new Random(2).nextBytes(body);
        web.createContext("/", exchange -> {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().write(sent);
            exchange.close();
        });
        web.start();
        Process process = builder(
                        webSocket, "port-forward", "p", ":" + web.getAddress().getPort(), ":1")
                .start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            int open = port(out);
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + open + "/"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
                answers.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).body())
                        .hasSize(2 * body.length)
                        .startsWith(body);
            }
        } finally {
            process.destroy();
            web.stop(0);
        }
        process.waitFor();
        assertNoStreamIsLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortThatNobodyListensAtSaysSo(boolean webSocket) throws Exception {
        Process process = builder(webSocket, "port-forward", "p", ":1")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int closed = port(out);
            try (java.net.Socket socket = new java.net.Socket("127.0.0.1", closed)) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            String line = out.readLine();
            while (line != null && !line.contains("an error occurred forwarding")) {
                line = out.readLine();
            }
            assertThat(line).contains("error forwarding port 1 to pod p, uid : failed to connect");
        } finally {
            process.destroy();
        }
    }

    private static int port(BufferedReader out) throws IOException {
        String line = out.readLine();
        Matcher matcher = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> \\d+")
                .matcher(String.valueOf(line));
        assertThat(matcher.matches()).as(String.valueOf(line)).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void aContainerMustBeNamedWhereThereAreSeveral() throws Exception {
        TestClient client = new TestClient(server);
        assertThat(client.get(PODS + "/two/exec?command=x&stdout=true").at("/message"))
                .isEqualTo("a container name must be specified for pod two, choose one of: [one other]");
        assertThat(client.get(PODS + "/p/exec?command=x&stdout=true").at("/message"))
                .isEqualTo("Upgrade request required");
        assertThat(client.get(PODS + "/p/exec?command=x").at("/message"))
                .isEqualTo("you must specify at least 1 of stdin, stdout, stderr");
        assertThat(client.post(
                                PODS,
                                "{\"metadata\":{\"name\":\"free\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}")
                        .status())
                .isEqualTo(201);
        assertThat(client.get(PODS + "/free/portforward").at("/message"))
                .isEqualTo("pod free does not have a host assigned");
    }

    @Test
    void theRightToReadIsNotEnoughForAWebSocket() throws Exception {
        TestClient client = new TestClient(server);
        String roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
        client.post(
                roles + "roles",
                "{\"metadata\":{\"name\":\"reader\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\",\"pods/exec\"],"
                        + "\"verbs\":[\"get\"]}]}");
        client.post(
                roles + "rolebindings",
                "{\"metadata\":{\"name\":\"reader\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\","
                        + "\"name\":\"reader\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\","
                        + "\"name\":\"nobody\"}]}");
        String[] nobody = {"Authorization", "Bearer " + TestApiServer.NOBODY_TOKEN};
        TestClient.Reply read = client.get(PODS + "/p", nobody);
        for (int i = 0; i < 100 && read.status() != 200; i++) {
            Thread.sleep(50);
            read = client.get(PODS + "/p", nobody);
        }
        assertThat(read.status()).as(read.text()).isEqualTo(200);
        assertThat(client.get(PODS + "/p/exec?command=x&stdout=true", nobody).at("/message"))
                .isEqualTo(
                        "pods \"p\" is forbidden: User \"nobody\" cannot create resource \"pods/exec\" in API group \"\""
                                + " in the namespace \"default\"");
    }
}
