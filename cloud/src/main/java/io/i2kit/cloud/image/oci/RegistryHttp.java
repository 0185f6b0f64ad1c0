package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one registry after another: authorization when asked for it, redirects (never with the registry's authorization),
 * and new tries with growing waits where a fault may pass.
 */
final class RegistryHttp {
    private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(30);
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_ERROR_BYTES = 8192;

    private final Supplier<HttpClient> http;
    private final RegistryAuth auth;
    private final BackOff backOff;

    RegistryHttp(Supplier<HttpClient> http, Clock clock, BackOff backOff) {
        this.http = http;
        this.auth = new RegistryAuth(http, clock);
        this.backOff = backOff;
    }

    /**
     * @param scope of the token specification, for example {@code repository:library/nginx:pull}
     * @param body null for none; made anew for each try
     */
    record Call(
            String method,
            URI uri,
            Map<String, String> headers,
            String scope,
            HttpRequest.@Nullable BodyPublisher body) {
        Call to(URI other) {
            return new Call(method, other, headers, scope, body);
        }
    }

    /** An answer whose body is to be read or closed. */
    record Answer(int status, HttpResponse<InputStream> response, URI uri) implements AutoCloseable {
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        InputStream body() {
            return response.body();
        }

        /** The beginning of an error's text. */
        String text() throws IOException {
            try (InputStream in = response.body()) {
                return new String(in.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
            }
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    /** Sends until an answer is final: not a server's error, not "slow down". */
    Answer send(Call call, List<Credentials> credentials) throws IOException {
        IOException last = null;
        for (int attempt = 0; attempt <= backOff.retries(); attempt++) {
            if (attempt > 0) {
                backOff.sleep(attempt);
            }
            try {
                Answer answer = authorized(call, credentials);
                if (answer.status() < 500 && answer.status() != 429) {
                    return answer;
                }
                last = new IOException("unexpected status from " + call.method() + " request to " + call.uri() + ": "
                        + answer.status());
                answer.close();
            } catch (IOException e) {
                last = e;
                if (isHopeless(e)) {
                    throw e;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        throw last == null ? new IOException("no attempt was made") : last;
    }

    /** Who is not there or speaks no TLS will not a second later; the caller tries the next endpoint and backs off itself. */
    private static boolean isHopeless(IOException e) {
        return e instanceof SSLException || e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
    }

    /** Why a request failed, for people: Java's client leaves the message of a refused connection out. */
    static String reason(IOException e) {
        if (e.getMessage() != null) {
            return e.getMessage();
        }
        return switch (e) {
            case HttpConnectTimeoutException timeout -> "connect: connection timed out";
            case ConnectException refused ->
                hasCause(refused, UnresolvedAddressException.class) ? "no such host" : "connect: connection refused";
            default -> e.getClass().getSimpleName();
        };
    }

    private static boolean hasCause(Throwable error, Class<? extends Throwable> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private Answer authorized(Call call, List<Credentials> credentials) throws IOException, InterruptedException {
        List<Optional<Credentials>> tries = new ArrayList<>();
        credentials.forEach(one -> tries.add(Optional.of(one)));
        if (tries.isEmpty()) {
            tries.add(Optional.empty());
        }
        Answer answer = null;
        for (Optional<Credentials> one : tries) {
            answer = withCredentials(call, one.orElse(null));
            if (answer.status() != 401 && answer.status() != 403) {
                return answer;
            }
        }
        return Objects.requireNonNull(answer);
    }

    private Answer withCredentials(Call call, @Nullable Credentials credentials)
            throws IOException, InterruptedException {
        String key = call.uri().getRawAuthority() + " " + call.scope() + " "
                + (credentials == null ? "" : credentials.hashCode());
        Optional<String> known = auth.known(key);
        Answer answer = redirected(call, known.orElse(null));
        if (answer.status() != 401) {
            return answer;
        }
        auth.forget(key);
        Optional<Challenge> challenge =
                Challenge.choose(answer.response().headers().allValues("WWW-Authenticate"));
        if (challenge.isEmpty()) {
            return answer;
        }
        Optional<String> header = auth.meet(challenge.get(), key, call.scope(), credentials);
        if (header.isEmpty()) {
            return answer;
        }
        answer.close();
        return redirected(call, header.get());
    }

    private Answer redirected(Call call, @Nullable String authorization) throws IOException, InterruptedException {
        URI uri = call.uri();
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            boolean sameHost = uri.getRawAuthority().equals(call.uri().getRawAuthority());
            Answer answer = once(call.to(uri), sameHost ? authorization : null);
            int status = answer.status();
            boolean redirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
            if (!redirect || answer.header("Location").isEmpty()) {
                return answer;
            }
            answer.close();
            uri = uri.resolve(answer.header("Location"));
        }
        throw new IOException("too many redirects from " + call.uri());
    }

    private Answer once(Call call, @Nullable String authorization) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher body = call.body() == null ? HttpRequest.BodyPublishers.noBody() : call.body();
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .timeout(call.body() == null ? HEADER_TIMEOUT : UPLOAD_TIMEOUT)
                .method(call.method(), body);
        call.headers().forEach(request::header);
        request.header("User-Agent", "i2kit");
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<InputStream> response =
                http.get().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        return new Answer(response.statusCode(), response, call.uri());
    }
}
