package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.tls.TlsManagers;
import io.i2kit.apiserver.registry.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A plain HTTP client of a {@link TestApiServer}, by default with the admin's token. */
final class TestClient {
    private static final byte[] NO_BODY = {};

    /** Longer than any test's watch: what takes this long is never answered. The client's own timeout ends with the headers. */
    private static final long ANSWER_SECONDS = 120;

    private final TestApiServer server;
    private final HttpClient http;

    TestClient(TestApiServer server) {
        this.server = server;
        this.http = trusting(server.authority);
    }

    /** @param authority PEM of who signs the server's certificate */
    static HttpClient trusting(String authority) {
        return HttpClient.newBuilder()
                .sslContext(TlsManagers.client(null, authority))
                .build();
    }

    /** An answer. */
    record Reply(int status, byte[] body, HttpResponse<byte[]> raw) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        String at(String pointer) {
            return json().at(pointer).asString("");
        }
    }

    Reply get(String path, String... headers) {
        return send("GET", path, NO_BODY, headers);
    }

    Reply delete(String path, String... headers) {
        return send("DELETE", path, NO_BODY, headers);
    }

    Reply post(String path, String json) {
        return send("POST", path, json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    Reply put(String path, String json) {
        return send("PUT", path, json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    /** @param type {@code merge}, {@code json} or {@code strategic-merge} */
    Reply patch(String type, String path, String json) {
        String contentType = "application/" + type + "-patch+json";
        return send("PATCH", path, json.getBytes(StandardCharsets.UTF_8), "Content-Type", contentType);
    }

    /** Does not wait for the answer; it fails when there is none in two minutes. */
    CompletableFuture<Reply> begin(String method, String path, byte[] body, String... headers) {
        return http.sendAsync(request(method, path, body, headers), BodyHandlers.ofByteArray())
                .thenApply(response -> new Reply(response.statusCode(), response.body(), response))
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    Reply send(String method, String path, byte[] body, String... headers) {
        try {
            return begin(method, path, body, headers).get();
        } catch (ExecutionException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpRequest request(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port()
                + path.replace(" ", "%20")
                        .replace("\"", "%22")
                        .replace("<", "%3C")
                        .replace(">", "%3E")));
        builder.setHeader("Authorization", "Bearer " + TestApiServer.ADMIN_TOKEN);
        for (int i = 0; i < headers.length; i += 2) {
            builder.setHeader(headers[i], headers[i + 1]);
        }
        return builder.method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build();
    }

    /** The events of a watch, to its end; bound it by {@code timeoutSeconds} or stop it by closing. */
    WatchLines watch(String path, String... headers) throws IOException, InterruptedException {
        var response = http.send(request("GET", path, NO_BODY, headers), BodyHandlers.ofInputStream());
        return new WatchLines(
                response.statusCode(),
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    /** A running watch. */
    record WatchLines(int status, BufferedReader reader) implements AutoCloseable {
        /** The next event; waits for it. A missing node when the watch has ended. */
        JsonNode next() throws IOException {
            String line = reader.readLine();
            return line == null ? MissingNode.getInstance() : Json.MAPPER.readTree(line);
        }

        /** The next events as {@code TYPE name}. */
        List<String> next(int count) throws IOException {
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                JsonNode event = next();
                seen.add(event.path("type").asString("") + " "
                        + event.path("object").path("metadata").path("name").asString(""));
            }
            return seen;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
