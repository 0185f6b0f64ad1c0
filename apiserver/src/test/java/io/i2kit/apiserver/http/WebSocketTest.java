package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.i2kit.apiserver.http.WebSocketClient.Message;
import io.i2kit.apiserver.registry.Json;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Watches, logs, exec and port-forward over plain WebSockets, as clients in Java, Python and browsers open them. */
@Timeout(90)
class WebSocketTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static TestApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        client.post(
                PODS, "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        client.post(PODS + "/p/binding", "{\"target\":{\"name\":\"node-1\"}}");
        TestClient.Reply running = client.patch(
                "merge",
                PODS + "/p/status",
                "{\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"c\",\"image\":\"i\",\"imageID\":\"\","
                        + "\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{\"startedAt\":null}}}]}}");
        assertThat(running.status()).as(running.text()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static WebSocketClient open(String path, String... protocols) throws Exception {
        return WebSocketClient.open(server, path, TestApiServer.ADMIN_TOKEN, protocols);
    }

    private static void create(String name) {
        TestClient.Reply made =
                client.post(MAPS, "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"of\":\"" + name + "\"}}}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    private static JsonNode event(WebSocketClient socket) throws InterruptedException {
        Message message = socket.next();
        assertThat(message.kind()).isEqualTo(Message.Kind.TEXT);
        return Json.MAPPER.readTree(message.data());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "base64.binary.k8s.io", "anything"})
    void aWatchIsATextMessageAnEvent(String protocol) throws Exception {
        String name = "watched-" + Math.abs(protocol.hashCode());
        create(name);
        String[] protocols = protocol.isEmpty() ? new String[0] : new String[] {protocol};
        try (WebSocketClient socket = open(MAPS + "?watch=true&labelSelector=of%3D" + name, protocols)) {
            assertThat(socket.socket().getSubprotocol()).isEqualTo(protocol);
            JsonNode added = event(socket);
            assertThat(added.at("/type").asString()).isEqualTo("ADDED");
            assertThat(added.at("/object/metadata/name").asString()).isEqualTo(name);
            assertThat(added.at("/object/kind").asString()).isEqualTo("ConfigMap");
            client.delete(MAPS + "/" + name);
            assertThat(event(socket).at("/type").asString()).isEqualTo("DELETED");
        }
    }

    @Test
    void aWatchThatEndsClosesInOrder() throws Exception {
        try (WebSocketClient socket = open(MAPS + "?watch=true&timeoutSeconds=1&labelSelector=of%3Dnone")) {
            Message end = socket.next();
            assertThat(end.kind()).isEqualTo(Message.Kind.CLOSE);
            assertThat(end.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void whatIsWrongWithAWatchIsSaidBeforeTheUpgrade() {
        assertThatThrownBy(() -> open(MAPS + "?watch=true&fieldSelector=spec.nonsense%3D1"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(400));
    }

    @Test
    void aBrowserNamesItsTokenAmongTheProtocols() throws Exception {
        create("browsed");
        String prefix = "base64url.bearer.authorization.k8s.io.";
        String token = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(TestApiServer.ADMIN_TOKEN.getBytes(StandardCharsets.UTF_8));
        String path = MAPS + "?watch=true&labelSelector=of%3Dbrowsed";
        try (WebSocketClient socket =
                WebSocketClient.open(server, path, null, prefix + token, "base64.binary.k8s.io")) {
            assertThat(socket.socket().getSubprotocol()).isEqualTo("base64.binary.k8s.io");
            assertThat(event(socket).at("/object/metadata/name").asString()).isEqualTo("browsed");
        }
        for (String[] wrong : new String[][] {{prefix + token}, {prefix + "bm9ib2R5", "base64.binary.k8s.io"}}) {
            assertThatThrownBy(() -> WebSocketClient.open(server, path, null, wrong))
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(401));
        }
    }

    @Test
    void logsComeInMessages() throws Exception {
        try (WebSocketClient socket = open(PODS + "/p/log", "base64.binary.k8s.io")) {
            Message text = socket.next();
            assertThat(text.kind()).isEqualTo(Message.Kind.TEXT);
            assertThat(new String(Base64.getDecoder().decode(text.data()), StandardCharsets.UTF_8))
                    .isEqualTo("log of c\n");
            assertThat(socket.next().closeCode()).isEqualTo(1000);
        }
        try (WebSocketClient socket = open(PODS + "/p/log")) {
            Message bytes = socket.next();
            assertThat(bytes.kind()).isEqualTo(Message.Kind.BINARY);
            assertThat(bytes.string()).isEqualTo("log of c\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel.k8s.io", "base64.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io"})
    void execSpeaksEveryProtocol(String protocol) throws Exception {
        boolean base64 = protocol.startsWith("base64");
        String path = PODS + "/p/exec?command=sh&command=-c&command=echo+out;exit+3&stdout=true&stderr=true";
        try (WebSocketClient socket = open(path, protocol)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            String outcome = "";
            for (Message message = socket.next(); message.kind() != Message.Kind.CLOSE; message = socket.next()) {
                byte[] data = java.util.Arrays.copyOfRange(message.data(), 1, message.data().length);
                byte[] plain = base64 ? Base64.getDecoder().decode(data) : data;
                int channel = base64 ? message.data()[0] - '0' : message.data()[0];
                if (channel == 1) {
                    out.writeBytes(plain);
                } else if (channel == 3) {
                    outcome = new String(plain, StandardCharsets.UTF_8);
                }
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
            assertThat(outcome).contains("command terminated with exit code 3");
            assertThat(outcome.startsWith("{")).isEqualTo(protocol.startsWith("v"));
        }
    }

    /** As fabric8's upload does, which then looks at what has been written. */
    @Test
    void aClientThatClosesAfterItsInputHearsHowTheProcessEnded() throws Exception {
        String path = PODS + "/p/exec?command=sh&command=-c&command=sleep+1;cat;exit+3&stdin=true&stdout=true";
        try (WebSocketClient socket = open(path, "v4.channel.k8s.io")) {
            socket.send("\0typed".getBytes(StandardCharsets.UTF_8));
            socket.socket().sendClose(1000, "").join();
            assertThat(socket.next().data()).containsExactly(1);
            assertThat(socket.next().string()).isEqualTo("\1typed");
            assertThat(socket.next().string()).startsWith("\3").contains("command terminated with exit code 3");
            assertThat(socket.next().closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void outputThatNobodyAskedForIsNotSent() throws Exception {
        String path = PODS + "/p/exec?command=sh&command=-c&command=echo+lost+%3E%262;echo+out&stdout=true";
        try (WebSocketClient socket = open(path, "v4.channel.k8s.io")) {
            assertThat(socket.next().data()).containsExactly(1);
            assertThat(socket.next().string()).isEqualTo("\1out\n");
            assertThat(socket.next().data()[0]).isEqualTo((byte) 3);
        }
    }

    @Test
    void aClientThatLeavesBeforeItsUpgradeLeavesNoStream() throws Exception {
        String head =
                "GET " + PODS + "/p/exec?command=late&stdout=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + TestApiServer.ADMIN_TOKEN
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n";
        try (Socket socket = TestClient.trusting(server.authority)
                .sslContext()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertThat(server.node.lateAsked.await(30, TimeUnit.SECONDS)).isTrue();
        }
        // Nothing tells when the server's loop has seen the end; sooner, it upgrades a connection that then ends, which
        // is as well.
        Thread.sleep(300);
        server.node.lateGranted.countDown();
        for (int i = 0; i < 100 && server.node.streams.get() == 0; i++) {
            Thread.sleep(5);
        }
        for (int i = 0; i < 200 && server.node.streams.get() > 0; i++) {
            Thread.sleep(50);
        }
        assertThat(server.node.streams).hasValue(0);
    }

    @Test
    void portsOfTheUrlAreForwardedInChannels() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> echoOnce(listener));
            int port = listener.getLocalPort();
            try (WebSocketClient socket =
                    open(PODS + "/p/portforward?ports=" + port + "&ports=1", "v4.channel.k8s.io")) {
                byte[] number = {(byte) port, (byte) (port >>> 8)};
                assertThat(socket.next().data()).containsExactly(0, number[0], number[1]);
                assertThat(socket.next().data()).containsExactly(1, number[0], number[1]);
                assertThat(socket.next().data()).containsExactly(2, 1, 0);
                assertThat(socket.next().data()).containsExactly(3, 1, 0);
                Message refused = socket.next();
                assertThat(refused.data()[0]).isEqualTo((byte) 3);
                assertThat(refused.string()).contains("error forwarding port 1 to pod p");
                socket.send("\0hello\n".getBytes(StandardCharsets.UTF_8));
                assertThat(socket.next().string()).isEqualTo("\0hello\n");
                // The port has closed, and with it the last of the connections.
                assertThat(socket.next().closeCode()).isEqualTo(1000);
            }
        }
    }

    private static void echoOnce(ServerSocket listener) {
        try (Socket accepted = listener.accept()) {
            byte[] line = new byte["hello\n".length()];
            int read = accepted.getInputStream().readNBytes(line, 0, line.length);
            accepted.getOutputStream().write(line, 0, read);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void portsThatAreNoneAreRefused() {
        for (String query : List.of("", "?ports=x", "?ports=0", "?ports=70000")) {
            assertThatThrownBy(() -> open(PODS + "/p/portforward" + query, "v4.channel.k8s.io"))
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(400));
        }
    }

    private static KubernetesClient fabric8() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://127.0.0.1:" + server.port())
                        .withCaCertData(
                                Base64.getEncoder().encodeToString(server.authority.getBytes(StandardCharsets.UTF_8)))
                        .withOauthToken(TestApiServer.ADMIN_TOKEN)
                        .build())
                .build();
    }

    /** What an informer saw, as {@code add a}. */
    private record Seen(BlockingQueue<String> events) implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap object) {
            events.add("add " + object.getMetadata().getName());
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap object) {
            events.add("update " + object.getMetadata().getName());
        }

        @Override
        public void onDelete(ConfigMap object, boolean unknown) {
            events.add("delete " + object.getMetadata().getName());
        }
    }

    @Test
    void anInformerOfFabric8SeesEveryChange() throws Exception {
        Seen seen = new Seen(new LinkedBlockingQueue<>());
        create("informed");
        try (KubernetesClient kubernetes = fabric8();
                var informer = kubernetes
                        .configMaps()
                        .inNamespace("default")
                        .withLabel("of", "informed")
                        .inform(seen)) {
            assertThat(seen.events().poll(30, TimeUnit.SECONDS)).isEqualTo("add informed");
            assertThat(informer.isWatching()).isTrue();
            client.patch("merge", MAPS + "/informed", "{\"data\":{\"a\":\"1\"}}");
            assertThat(seen.events().poll(30, TimeUnit.SECONDS)).isEqualTo("update informed");
            client.delete(MAPS + "/informed");
            assertThat(seen.events().poll(30, TimeUnit.SECONDS)).isEqualTo("delete informed");
        }
    }

    @Test
    void fabric8RunsCommandsAndForwardsPorts() throws Exception {
        try (KubernetesClient kubernetes = fabric8();
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var pod = kubernetes.pods().inNamespace("default").withName("p");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ExecWatch exec = pod.writingOutput(out).exec("sh", "-c", "echo ran; exit 4")) {
                assertThat(exec.exitCode().get(30, TimeUnit.SECONDS)).isEqualTo(4);
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("ran\n");
            assertThat(pod.getLog()).isEqualTo("log of c\n");
            Thread.ofPlatform().daemon().start(() -> echoOnce(listener));
            try (LocalPortForward forward = pod.portForward(listener.getLocalPort());
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), forward.getLocalPort())) {
                socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("hello\n");
                assertThat(new ArrayList<>(forward.getServerThrowables())).isEmpty();
            }
        }
    }
}
