package io.i2kit.cloud.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** EC2's instance metadata service, version 2 only, and an S3 that gives objects for signed requests, on the host's loopback. */
final class Ec2StandIn implements AutoCloseable {
    private static final String TOKEN = "a-token-of-a-session";

    private final HttpServer server;
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private Ec2StandIn(HttpServer server) {
        this.server = server;
    }

    static Ec2StandIn start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Ec2StandIn standIn = new Ec2StandIn(server);
        server.createContext("/latest/", exchange -> standIn.answer(exchange, standIn::metadata));
        server.createContext("/", exchange -> standIn.answer(exchange, standIn::object));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return standIn;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** @param path below {@code /latest/} */
    void put(String path, String value) {
        values.put(path, value);
    }

    /** @param path {@code /bucket/key} */
    void putObject(String path, byte[] content) {
        objects.put(path, content);
    }

    /** Method and path of what was asked for and given. */
    List<String> answered() {
        return List.copyOf(requests);
    }

    private record Answer(int status, byte[] body) {}

    @FunctionalInterface
    private interface Handler {
        Answer handle(String method, String path, HttpExchange exchange);
    }

    private void answer(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            Answer answer = handler.handle(exchange.getRequestMethod(), path, exchange);
            if (answer.status() == 200) {
                requests.add(exchange.getRequestMethod() + " " + path);
            }
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private Answer metadata(String method, String path, HttpExchange exchange) {
        String below = path.substring("/latest/".length());
        if (below.equals("api/token")) {
            boolean asked = method.equals("PUT")
                    && exchange.getRequestHeaders().containsKey("X-aws-ec2-metadata-token-ttl-seconds");
            return asked ? text(200, TOKEN) : text(400, "");
        }
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))) {
            return text(401, "");
        }
        String value = values.get(below);
        return value == null ? text(404, "") : text(200, value);
    }

    private Answer object(String method, String path, HttpExchange exchange) {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] content = objects.get(path);
        if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=")) {
            return text(403, "<Error><Code>AccessDenied</Code></Error>");
        }
        return content == null ? text(404, "<Error><Code>NoSuchKey</Code></Error>") : new Answer(200, content);
    }

    private static Answer text(int status, String text) {
        return new Answer(status, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
