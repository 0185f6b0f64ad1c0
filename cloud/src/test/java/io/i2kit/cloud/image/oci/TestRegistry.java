package io.i2kit.cloud.image.oci;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry in this process: the pull and push calls of the distribution specification, authorization and faults. */
public final class TestRegistry implements AutoCloseable {
    /** How a registry asks for credentials. */
    public enum Auth {
        NONE,
        BASIC,
        BEARER
    }

    private static final Pattern PATH = Pattern.compile("/v2/(.+)/(manifests|blobs|blobs/uploads)/([^/]*)");
    private static final String TOKEN = "token-of-the-test";

    private final HttpServer server;
    private final Auth auth;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final Map<String, String> types = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger faults = new AtomicInteger();
    private final AtomicInteger brokenBlobs = new AtomicInteger();
    private final AtomicInteger tokens = new AtomicInteger();

    public TestRegistry(Auth auth) throws IOException {
        this.auth = auth;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@code host:port}. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** {@code METHOD path} of every request that was answered by content. */
    public List<String> requests() {
        return requests;
    }

    public int tokensGiven() {
        return tokens.get();
    }

    /** The next requests are answered with 503. */
    public void failNext(int count) {
        faults.set(count);
    }

    /** The next blobs end in the middle. */
    public void breakNextBlobs(int count) {
        brokenBlobs.set(count);
    }

    /** Stores other bytes under a blob's digest. */
    public void damage(Digest digest) {
        blobs.put(digest.toString(), new byte[] {1, 2, 3});
    }

    public void putManifest(String repository, String name, String type, byte[] document) {
        for (String key : List.of(name, Digest.of(document).toString())) {
            manifests.put(repository + "/" + key, document);
            types.put(repository + "/" + key, type);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/token")) {
                token(exchange);
            } else if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.getRequestBody().readAllBytes();
                answer(exchange, 503, "");
            } else if (!isAuthorized(exchange)) {
                exchange.getRequestBody().readAllBytes();
                challenge(exchange);
            } else {
                content(exchange, path);
            }
        }
    }

    private void content(HttpExchange exchange, String path) throws IOException {
        Matcher matcher = PATH.matcher(path);
        requests.add(exchange.getRequestMethod() + " " + path);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!matcher.matches()) {
            answer(exchange, 404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}");
            return;
        }
        String repository = matcher.group(1);
        switch (exchange.getRequestMethod() + " " + matcher.group(2)) {
            case "GET manifests", "HEAD manifests" -> manifest(exchange, repository + "/" + matcher.group(3));
            case "PUT manifests" -> {
                String type = exchange.getRequestHeaders().getFirst("Content-Type");
                putManifest(repository, matcher.group(3), type, body);
                answer(exchange, 201, "");
            }
            case "GET blobs", "HEAD blobs" -> blob(exchange, matcher.group(3));
            case "POST blobs/uploads" -> {
                exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/uploads/1?state=x");
                answer(exchange, 202, "");
            }
            case "PUT blobs/uploads" -> upload(exchange, body);
            default -> answer(exchange, 405, "");
        }
    }

    private void upload(HttpExchange exchange, byte[] body) throws IOException {
        String digest = exchange.getRequestURI().getQuery().replaceFirst(".*digest=", "");
        boolean right = Digest.of(body).toString().equals(digest);
        if (right) {
            blobs.put(digest, body);
        }
        answer(exchange, right ? 201 : 400, "");
    }

    private void manifest(HttpExchange exchange, String key) throws IOException {
        byte[] document = manifests.get(key);
        if (document == null) {
            answer(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}");
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", types.get(key));
        exchange.getResponseHeaders()
                .set("Docker-Content-Digest", Digest.of(document).toString());
        answer(exchange, 200, document, document.length);
    }

    private void blob(HttpExchange exchange, String digest) throws IOException {
        byte[] blob = blobs.get(digest);
        if (blob == null) {
            answer(exchange, 404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\"}]}");
        } else if (exchange.getRequestMethod().equals("GET")
                && brokenBlobs.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, blob.length / 2);
        } else {
            answer(exchange, 200, blob, blob.length);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        answer(exchange, status, body, body.length == 0 ? -1 : body.length);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body, long length) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || length == 0 ? -1 : length);
        if (!head && length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        boolean known = isBasic(exchange);
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (!known || !query.contains("scope=repository:") || !query.contains("service=test")) {
            answer(exchange, 401, "{}");
            return;
        }
        tokens.incrementAndGet();
        answer(exchange, 200, "{\"token\":\"" + TOKEN + "\",\"expires_in\":300}");
    }

    private boolean isAuthorized(HttpExchange exchange) {
        return switch (auth) {
            case NONE -> true;
            case BASIC -> isBasic(exchange);
            case BEARER ->
                ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        };
    }

    private static boolean isBasic(HttpExchange exchange) {
        String pair = Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));
        return ("Basic " + pair).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private void challenge(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher matcher = PATH.matcher(path);
        String repository = matcher.matches() ? matcher.group(1) : "";
        String value = auth == Auth.BASIC
                ? "Basic realm=\"test\""
                : "Bearer realm=\"http://%s/token\",service=\"test\",scope=\"repository:%s:pull\""
                        .formatted(host(), repository);
        exchange.getResponseHeaders().set("WWW-Authenticate", value);
        answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
