package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.i2kit.apiserver.http.TestClient.Reply;
import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.http.tls.TlsManagers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pods/proxy} and {@code services/proxy}: requests to real HTTP servers in a machine's place. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ProxyTest {
    private static final String NAMESPACE = "/api/v1/namespaces/default";
    private static final String PODS = NAMESPACE + "/pods";
    private static final int LARGE = 3_000_000;

    @TempDir
    static Path folder;

    private TestApiServer server;
    private TestClient client;
    private HttpServer plain;
    private HttpsServer secure;
    private String pod;

    @BeforeAll
    void start() throws Exception {
        server = new TestApiServer(folder, 0);
        client = new TestClient(server);
        plain = HttpServer.create(loopback(), 0);
        secure = HttpsServer.create(loopback(), 0);
        SSLContext tls = SSLContext.getInstance("TLS");
        CertificateAuthority other =
                CertificateAuthority.open(folder.resolve("other"), "the Pod's own", Clock.systemUTC());
        tls.init(new KeyManager[] {TlsManagers.keys(other.server("web", List.of("elsewhere")))}, null, null);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        for (HttpServer each : List.of(plain, secure)) {
            each.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            each.createContext("/", ProxyTest::echo);
            each.createContext("/large", ProxyTest::large);
            each.createContext("/moved", exchange -> moved(exchange, "/there?x=1"));
            each.createContext("/away", exchange -> moved(exchange, "https://example.com/there"));
            each.createContext("/fault", exchange -> answer(exchange, 418, "no coffee"));
            each.createContext("/none", exchange -> exchange.sendResponseHeaders(204, -1));
            each.start();
        }
        pod("web", plainPort());
        pod = PODS + "/web:" + plainPort() + "/proxy";
    }

    @AfterAll
    void stop() {
        server.close();
        plain.stop(0);
        secure.stop(0);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private int plainPort() {
        return plain.getAddress().getPort();
    }

    private void pod(String name, int port) {
        client.post(
                PODS,
                "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\","
                        + "\"ports\":[{\"containerPort\":" + port + "}]}]}}");
        client.post(PODS + "/" + name + "/binding", "{\"target\":{\"name\":\"node-1\"}}");
        Reply running = client.patch(
                "merge",
                PODS + "/" + name + "/status",
                "{\"status\":{\"phase\":\"Running\",\"podIP\":\"10.1.2.3\",\"podIPs\":[{\"ip\":\"10.1.2.3\"}]}}");
        assertThat(running.status()).as(running.text()).isEqualTo(200);
    }

    private static void echo(HttpExchange exchange) throws IOException {
        String said = String.join(
                "\n",
                exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                "host " + exchange.getRequestHeaders().getFirst("Host"),
                "authorization " + exchange.getRequestHeaders().getFirst("Authorization"),
                "mine " + exchange.getRequestHeaders().getFirst("X-Mine"),
                "forwarded " + exchange.getRequestHeaders().getFirst("X-Forwarded-Uri"),
                "body " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        exchange.getResponseHeaders().add("Set-Cookie", "a=1");
        exchange.getResponseHeaders().add("Set-Cookie", "b=2");
        answer(exchange, 200, said);
    }

    private static void large(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] body = new byte[LARGE];
        Arrays.fill(body, (byte) 'x');
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void moved(HttpExchange exchange, String there) throws IOException {
        exchange.getResponseHeaders().add("Location", there);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Test
    void forwardsMethodPathQueryHeadersAndBody() {
        Reply reply = client.send(
                "POST",
                pod + "/a%20b/?q=1&timeout=soon&watch=true",
                "hello".getBytes(StandardCharsets.UTF_8),
                "X-Mine",
                "yes");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text().lines())
                .containsExactly(
                        "POST /a%20b/?q=1&timeout=soon&watch=true",
                        "host 10.1.2.3:" + plainPort(),
                        "authorization null",
                        "mine yes",
                        "forwarded " + pod,
                        "body hello");
        assertThat(reply.raw().headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
            assertThat(client.send(method, pod + "/x", new byte[0]).text()).startsWith(method + " /x\n");
        }
        assertThat(client.send("HEAD", pod + "/x", new byte[0]).status()).isEqualTo(200);
    }

    @Test
    void passesAnswersAsTheyAre() {
        assertThat(client.get(pod + "/large").body()).hasSize(LARGE);
        Reply fault = client.get(pod + "/fault");
        assertThat(fault.status()).isEqualTo(418);
        assertThat(fault.text()).isEqualTo("no coffee");
        assertThat(client.get(pod + "/none").status()).isEqualTo(204);
    }

    @Test
    void redirectsLeadThroughTheServerAgain() {
        Reply bare = client.get(pod + "?x=1");
        assertThat(bare.status()).isEqualTo(301);
        assertThat(bare.raw().headers().firstValue("location")).contains(pod + "/?x=1");
        assertThat(client.get(pod + "/moved").raw().headers().firstValue("location"))
                .contains(pod + "/there?x=1");
        assertThat(client.get(pod + "/away").raw().headers().firstValue("location"))
                .contains("https://example.com/there");
    }

    @Test
    void thePortIsTheFirstOneOrGiven() {
        assertThat(client.get(PODS + "/web/proxy/x").text()).startsWith("GET /x\n");
        Reply tls = client.get(PODS + "/https:web:" + secure.getAddress().getPort() + "/proxy/x");
        assertThat(tls.text()).startsWith("GET /x\nhost 10.1.2.3:");
        Reply invalid = client.get(PODS + "/ftp:web:1/proxy/x");
        assertThat(invalid.status()).isEqualTo(400);
        assertThat(invalid.at("/message")).isEqualTo("invalid pod request \"ftp:web:1\"");
        assertThat(client.get(PODS + "/nobody/proxy/x").status()).isEqualTo(404);
    }

    @Test
    void aServiceLeadsToItsReadyPods() {
        client.post(
                NAMESPACE + "/services",
                "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"name\":\"http\",\"port\":80}]}}");
        Reply none = client.get(NAMESPACE + "/services/web/proxy/x");
        assertThat(none.status()).isEqualTo(404);
        Reply made = client.post(
                NAMESPACE + "/endpoints",
                "{\"metadata\":{\"name\":\"web\"},\"subsets\":[{\"addresses\":[{\"ip\":\"10.1.2.3\",\"targetRef\":"
                        + "{\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"web\"}}],\"ports\":"
                        + "[{\"name\":\"http\",\"port\":" + plainPort() + "}]}]}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        for (String name : List.of("web:http", "web:80", "http:web:http")) {
            assertThat(client.get(NAMESPACE + "/services/" + name + "/proxy/x").text())
                    .startsWith("GET /x\n");
        }
        Reply unknown = client.get(NAMESPACE + "/services/web:81/proxy/x");
        assertThat(unknown.status()).isEqualTo(503);
        assertThat(unknown.at("/message")).isEqualTo("no service port 81 found for service \"web\"");
        assertThat(client.get(NAMESPACE + "/services/web:other/proxy/x").at("/message"))
                .isEqualTo("no endpoints available for service \"web:other\"");
    }

    @Test
    void whatDoesNotAnswerIsUnavailable() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (mute) {
                    for (String answer : List.of("", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nto the end")) {
                        try (Socket socket = mute.accept()) {
                            socket.getInputStream().read();
                            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                        }
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            String port = PODS + "/web:" + mute.getLocalPort() + "/proxy/";
            Reply closed = client.get(port);
            assertThat(closed.status()).isEqualTo(503);
            assertThat(closed.at("/message"))
                    .isEqualTo("error trying to reach service: the port closed the connection without an answer");
            assertThat(client.get(port).at("/message"))
                    .isEqualTo("error trying to reach service: the port does not speak HTTP");
            assertThat(client.get(port).text()).isEqualTo("to the end");
        }
        Reply refused = client.get(PODS + "/web:1/proxy/");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.at("/reason")).isEqualTo("ServiceUnavailable");
        assertThat(server.node.streams).hasValue(0);
    }
}
