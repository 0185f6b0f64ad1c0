package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.auth.Authenticator;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.content.Pretty;
import io.i2kit.apiserver.http.limits.FairShare;
import io.i2kit.apiserver.http.limits.RunningRequests;
import io.i2kit.apiserver.http.limits.RunningRequests.Running;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.Statuses;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
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
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins Vert.x and the dispatcher: requests are read on the event loop, handled on virtual threads, answered on the loop. */
final class VertxFront {
    /** Upstream's {@code MaxRequestBodyBytes}. */
    static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(VertxFront.class);
    private static final Pattern HEALTH = Pattern.compile("/(healthz|livez|readyz)(/.*)?");

    private static final String NO_CACHE = "no-cache, private";
    private static final Set<Integer> BODILESS = Set.of(204, 304);

    private final Authenticator authenticator;
    private final Dispatcher dispatcher;
    private final RunningRequests requests;
    private final FairShare shares;
    private final ExecutorService workers;

    VertxFront(
            Authenticator authenticator,
            Dispatcher dispatcher,
            RunningRequests requests,
            FairShare shares,
            ExecutorService workers) {
        this.authenticator = authenticator;
        this.dispatcher = dispatcher;
        this.requests = requests;
        this.shares = shares;
        this.workers = workers;
    }

    void accept(HttpServerRequest request) {
        Context loop = Vertx.currentContext();
        Running running = requests.began(() -> timedOut(request));
        request.exceptionHandler(gone -> running.ended());
        request.response().closeHandler(gone -> running.ended());
        Buffer body = Buffer.buffer();
        if (asksForUpgrade(request)) {
            // Such a request has no end: what follows its head belongs to the other protocol.
            List<X509Certificate> certificates = certificates(request);
            workers.execute(() -> handle(loop, request, running, certificates, body, null));
            return;
        }
        AtomicReference<@Nullable ApiException> fault = new AtomicReference<>();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BODY_BYTES) {
                fault.set(tooLarge());
            } else if (!running.hold(chunk.length())) {
                fault.set(FairShare.tooManyRequests("too many requests, please try again later"));
            } else if (fault.get() == null) {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            List<X509Certificate> certificates = certificates(request);
            workers.execute(() -> handle(loop, request, running, certificates, body, fault.get()));
        });
    }

    private static boolean asksForUpgrade(HttpServerRequest request) {
        String connection = request.getHeader(HttpHeaders.CONNECTION);
        return request.version() == HttpVersion.HTTP_1_1
                && request.getHeader(HttpHeaders.UPGRADE) != null
                && connection != null
                && connection.toLowerCase(Locale.ROOT).contains("upgrade");
    }

    private static ApiException tooLarge() {
        return new ApiException(
                413, "RequestEntityTooLarge", "Request entity too large: limit is " + MAX_BODY_BYTES, null);
    }

    /** Upstream's answer when {@code --request-timeout} is over ({@code filters/timeout.go}). */
    private static void timedOut(HttpServerRequest request) {
        ApiException error =
                new ApiException(504, "Timeout", "Timeout: request did not complete within the allotted timeout", null);
        byte[] json = Json.bytes(Statuses.failure(error));
        request.response()
                .setStatusCode(504)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(Buffer.buffer(json));
    }

    /** What the client has shown of itself; empty for nothing. */
    private static List<X509Certificate> certificates(HttpServerRequest request) {
        try {
            List<Certificate> chain = request.connection().peerCertificates();
            return chain == null
                    ? List.of()
                    : chain.stream().map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private void handle(
            Context loop,
            HttpServerRequest request,
            Running running,
            List<X509Certificate> certificates,
            Buffer body,
            @Nullable ApiException fault) {
        ApiRequest bare = new ApiRequest(
                request.method().name(),
                path(request),
                query(request.query()),
                headers(request),
                body.getBytes(),
                UserInfo.ANONYMOUS);
        Answer answer;
        try {
            if (fault != null) {
                throw fault;
            }
            answer = answer(bare.with(WebSocketBearer.unwrapped(bare.headers())), certificates);
        } catch (ApiException e) {
            answer = dispatcher.refused(bare, e);
        }
        if (!running.claim()) {
            if (answer instanceof Answer.Upgrade upgrade) {
                upgrade.protocol().abandoned();
            }
            return;
        }
        try {
            if (answer instanceof Answer.Upgrade upgrade) {
                loop.runOnContext(now -> upgrade(loop, request, upgrade));
            } else {
                write(request, answer);
            }
        } catch (RuntimeException e) {
            // The client must not wait for what will never come.
            LOG.error("The answer to {} {} cannot be written", bare.method(), bare.path(), e);
            request.response().reset();
        } finally {
            running.ended();
        }
    }

    /** On the event loop. */
    private void upgrade(Context loop, HttpServerRequest request, Answer.Upgrade upgrade) {
        if (request.response().closed()) {
            // Vert.x would never say what became of the upgrade.
            workers.execute(upgrade.protocol()::abandoned);
            return;
        }
        upgrade.headers().forEach(request.response()::putHeader);
        Upgrades.netSocket(request).onComplete(result -> {
            if (result.failed()) {
                LOG.warn("{} was not upgraded", request.path(), result.cause());
                workers.execute(upgrade.protocol()::abandoned);
                request.connection().close();
                return;
            }
            UpgradedConnection connection = new UpgradedConnection(result.result(), loop);
            Runnable ended = requests.streamBegan(new RunningRequests.Stream() {
                @Override
                public void end() {
                    result.result().close();
                }

                @Override
                public void cutIfStuck() {
                    if (upgrade.protocol().isStuck()) {
                        result.result().close();
                    }
                }
            });
            workers.execute(() -> {
                try (connection) {
                    upgrade.protocol().run(connection);
                } finally {
                    ended.run();
                }
            });
        });
    }

    private Answer answer(ApiRequest bare, List<X509Certificate> certificates) {
        if (HEALTH.matcher(bare.path()).matches()) {
            return dispatcher.dispatch(bare.by(authenticator.authenticate(certificates, bare.header("authorization"))));
        }
        requests.requireOpen();
        UserInfo user = authenticator.authenticate(certificates, bare.header("authorization"));
        shares.enter(user.name());
        try {
            return dispatcher.dispatch(bare.by(user));
        } finally {
            shares.leave();
        }
    }

    private static List<byte[]> parts(HttpServerRequest request, Answer.Whole whole) {
        boolean pretty = whole.contentType().startsWith("application/json")
                && Pretty.isWanted(request.getParam("pretty"), request.getHeader(HttpHeaders.USER_AGENT));
        return pretty ? List.of(Pretty.of(whole.parts())) : whole.parts();
    }

    private void write(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        if (requests.draining() && request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        switch (answer) {
            case Answer.Whole whole -> {
                head(response, whole.contentType(), whole.warnings());
                response.setStatusCode(whole.status());
                whole.headers().forEach(response::putHeader);
                boolean bodiless = request.method().equals(HttpMethod.HEAD) || BODILESS.contains(whole.status());
                BodyWriter.write(
                        response, parts(request, whole), request.getHeader(HttpHeaders.ACCEPT_ENCODING), bodiless);
            }
            case Answer.Sliced sliced -> {
                head(response, sliced.contentType(), List.of());
                sliced.headers().forEach(response::putHeader);
                BodyWriter.write(
                        response,
                        sliced.slices(),
                        request.getHeader(HttpHeaders.ACCEPT_ENCODING),
                        request.method().equals(HttpMethod.HEAD));
            }
            case Answer.Stream stream -> {
                response.putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE).setStatusCode(stream.status());
                stream.headers().forEach(header -> response.headers().remove(header.getKey()));
                stream.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
                response.setChunked(hasUnknownLength(response));
                ResponseSink sink = new ResponseSink(response);
                sink.onClose(requests.streamBegan(sink));
                response.writeHead();
                stream.source().start(sink);
            }
            case Answer.Upgrade upgrade -> throw new IllegalStateException("the connection is not to be upgraded");
        }
    }

    private static boolean hasUnknownLength(HttpServerResponse response) {
        return !response.headers().contains(HttpHeaders.CONTENT_LENGTH) && !BODILESS.contains(response.getStatusCode());
    }

    private static void head(HttpServerResponse response, String contentType, List<String> warnings) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        response.putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE);
        for (String warning : warnings) {
            response.headers().add("Warning", "299 - \"" + WarningText.quoted(warning) + "\"");
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
