package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.auth.Authenticator;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.registry.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins Vert.x and the dispatcher: requests are read on the event loop, handled on virtual threads, answered on the loop. */
final class VertxFront {
    /** Upstream's {@code MaxRequestBodyBytes}. */
    static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(VertxFront.class);

    private final Authenticator authenticator;
    private final Dispatcher dispatcher;
    private final Metrics metrics;
    private final ExecutorService workers;

    VertxFront(Authenticator authenticator, Dispatcher dispatcher, Metrics metrics, ExecutorService workers) {
        this.authenticator = authenticator;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.workers = workers;
    }

    void accept(HttpServerRequest request) {
        Context loop = Vertx.currentContext();
        Buffer body = Buffer.buffer();
        request.exceptionHandler(gone -> {});
        if (asksForUpgrade(request)) {
            // Such a request has no end: what follows its head belongs to the other protocol.
            X509Certificate certificate = certificate(request);
            workers.execute(() -> handle(loop, request, certificate, body));
            return;
        }
        request.handler(chunk -> {
            if (body.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            X509Certificate certificate = certificate(request);
            workers.execute(() -> handle(loop, request, certificate, body));
        });
    }

    private static boolean asksForUpgrade(HttpServerRequest request) {
        String connection = request.getHeader(HttpHeaders.CONNECTION);
        return request.version() == HttpVersion.HTTP_1_1
                && request.getHeader(HttpHeaders.UPGRADE) != null
                && connection != null
                && connection.toLowerCase(Locale.ROOT).contains("upgrade");
    }

    private static @Nullable X509Certificate certificate(HttpServerRequest request) {
        try {
            List<Certificate> chain = request.connection().peerCertificates();
            return chain != null && !chain.isEmpty() && chain.getFirst() instanceof X509Certificate leaf ? leaf : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private void handle(Context loop, HttpServerRequest request, @Nullable X509Certificate certificate, Buffer body) {
        ApiRequest bare = new ApiRequest(
                request.method().name(),
                path(request),
                query(request.query()),
                headers(request),
                body.length() > MAX_BODY_BYTES ? new byte[0] : body.getBytes(),
                UserInfo.ANONYMOUS);
        Answer answer;
        try {
            if (body.length() > MAX_BODY_BYTES) {
                throw new ApiException(
                        413, "RequestEntityTooLarge", "Request entity too large: limit is " + MAX_BODY_BYTES, null);
            }
            UserInfo user = authenticator.authenticate(certificate, bare.header("authorization"));
            answer = dispatcher.dispatch(bare.by(user));
        } catch (ApiException e) {
            answer = dispatcher.refused(bare, e);
        }
        if (answer instanceof Answer.Upgrade upgrade) {
            loop.runOnContext(now -> upgrade(loop, request, upgrade));
        } else {
            write(request, answer);
        }
    }

    /** On the event loop. */
    private void upgrade(Context loop, HttpServerRequest request, Answer.Upgrade upgrade) {
        upgrade.headers().forEach(request.response()::putHeader);
        Upgrades.netSocket(request).onComplete(result -> {
            if (result.failed()) {
                LOG.warn("{} was not upgraded", request.path(), result.cause());
                workers.execute(upgrade.protocol()::abandoned);
                request.connection().close();
                return;
            }
            UpgradedConnection connection = new UpgradedConnection(result.result(), loop);
            metrics.streamBegan();
            workers.execute(() -> {
                try (connection) {
                    upgrade.protocol().run(connection);
                } finally {
                    metrics.streamEnded();
                }
            });
        });
    }

    private void write(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        switch (answer) {
            case Answer.Whole whole -> {
                head(response, whole.contentType(), whole.warnings());
                response.setStatusCode(whole.status());
                whole.headers().forEach(response::putHeader);
                boolean bodiless = request.method().equals(HttpMethod.HEAD) || whole.status() == 304;
                BodyWriter.write(response, whole.parts(), request.getHeader(HttpHeaders.ACCEPT_ENCODING), bodiless);
            }
            case Answer.Stream stream -> {
                head(response, stream.contentType(), stream.warnings());
                response.setChunked(true);
                metrics.streamBegan();
                ResponseSink sink = new ResponseSink(response);
                sink.onClose(metrics::streamEnded);
                response.writeHead();
                stream.source().start(sink);
            }
            case Answer.Upgrade upgrade -> throw new IllegalStateException("the connection is not to be upgraded");
        }
    }

    private static void head(HttpServerResponse response, String contentType, List<String> warnings) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, private");
        for (String warning : warnings) {
            String text = warning.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[\\r\\n]+", " ");
            response.headers().add("Warning", "299 - \"" + text + "\"");
        }
    }

    private static String path(HttpServerRequest request) {
        String path = request.path();
        return path == null || !path.startsWith("/") ? "/" : decode(path.replace("+", "%2B"));
    }

    private static Map<String, List<String>> query(@Nullable String query) {
        Map<String, List<String>> parameters = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                parameters
                        .computeIfAbsent(name, first -> new ArrayList<>())
                        .add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.headers()
                .forEach((name, value) -> headers.merge(
                        name.toLowerCase(Locale.ROOT), value, (one, other) -> one + between(name) + other));
        headers.put(ApiRequest.URI, request.uri());
        headers.put(
                ApiRequest.REMOTE,
                request.remoteAddress() == null
                        ? ""
                        : String.valueOf(request.remoteAddress().hostAddress()));
        return headers;
    }

    /** A group to impersonate may hold a comma. */
    private static String between(String header) {
        return header.regionMatches(true, 0, "impersonate-", 0, 12) ? "\n" : ",";
    }
}
