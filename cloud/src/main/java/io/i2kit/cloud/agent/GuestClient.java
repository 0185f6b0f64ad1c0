package io.i2kit.cloud.agent;

import io.i2kit.cloud.model.GuestStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Talks to guests. Calls block: run them on virtual threads. One client serves all machines. */
public final class GuestClient implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    /** A guest on a busy host under emulation needs seconds for a handshake. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Beyond what the guest itself was asked to wait. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

    /** An error's text that is longer is cut. */
    private static final int MAX_ERROR_BYTES = 4096;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final PinnedKeys keys = new PinnedKeys();
    private final SSLContext tls;
    private final GuestDialer dialer;
    private @Nullable HttpClient http;

    /**
     * @param identity with the client certificate that guests accept
     * @throws GeneralSecurityException when the identity cannot be used
     */
    public GuestClient(KeyManager[] identity) throws GeneralSecurityException {
        tls = SSLContext.getInstance("TLSv1.3");
        tls.init(identity, new TrustManager[] {keys}, null);
        dialer = new GuestDialer(tls, CONNECT_TIMEOUT);
    }

    /** @param etag names this version; to be given with the next question */
    public record Versioned(GuestStatus status, String etag) {}

    /**
     * The guest's status.
     *
     * @param known the version that the caller has, or null
     * @param wait how long the guest waits for another version
     * @return empty when there is none yet
     * @throws GuestException when the guest gives no status
     */
    public Optional<Versioned> status(Guest guest, @Nullable String known, Duration wait) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        uri(guest, "/status", Map.of("timeoutSeconds", Long.toString(wait.toSeconds()))))
                .timeout(wait.plus(ANSWER_TIMEOUT));
        if (known != null) {
            request.header("If-None-Match", known);
        }
        HttpResponse<byte[]> response = send(guest, request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return switch (response.statusCode()) {
            case OK ->
                Optional.of(new Versioned(
                        parse(guest, response.body()),
                        response.headers().firstValue("ETag").orElse("")));
            case NOT_MODIFIED -> Optional.empty();
            default -> throw refused(response.statusCode(), response.body());
        };
    }

    /**
     * A container's log.
     *
     * @param parameters of the kubelet's {@code /containerLogs}
     * @return the log, to be closed by the caller, also while it is read
     * @throws GuestException when there is none
     */
    public InputStream containerLogs(
            Guest guest, String namespace, String pod, String container, Map<String, String> parameters) {
        String path = "/containerLogs/" + encode(namespace) + "/" + encode(pod) + "/" + encode(container);
        HttpRequest request =
                HttpRequest.newBuilder(uri(guest, path, parameters)).build();
        HttpResponse<InputStream> response = send(guest, request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == OK) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw refused(response.statusCode(), body.readNBytes(MAX_ERROR_BYTES));
        } catch (IOException e) {
            throw new GuestException.Unreachable("machine " + guest.instanceId() + ": " + e.getMessage(), e);
        }
    }

    /**
     * A stream to a process or a port.
     *
     * @param path {@code exec}, {@code attach} or {@code portForward} and what follows, by segment
     * @param parameters in order; a name may come again
     * @throws GuestException when there is none
     */
    public GuestStream stream(Guest guest, List<String> path, List<Map.Entry<String, String>> parameters) {
        StringBuilder target = new StringBuilder();
        path.forEach(segment -> target.append('/').append(encode(segment)));
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters) {
            target.append(separator)
                    .append(encode(parameter.getKey()))
                    .append('=')
                    .append(encode(parameter.getValue()));
            separator = '&';
        }
        keys.expect(guest);
        try {
            return dialer.open(guest, target.toString());
        } catch (IOException e) {
            throw unreachable(guest, e);
        }
    }

    /** Nobody is expected at this address any more. */
    public void forget(String address) {
        keys.forget(address);
    }

    @Override
    public synchronized void close() {
        HttpClient made = http;
        if (made != null) {
            made.shutdownNow();
        }
    }

    /** Made for the first machine. */
    private synchronized HttpClient http() {
        HttpClient made = http;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .sslContext(tls)
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
            http = made;
        }
        return made;
    }

    private <T> HttpResponse<T> send(Guest guest, HttpRequest request, HttpResponse.BodyHandler<T> body) {
        keys.expect(guest);
        try {
            return http().send(request, body);
        } catch (IOException e) {
            throw unreachable(guest, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuestException.Unreachable("interrupted", e);
        }
    }

    private static GuestException unreachable(Guest guest, IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new GuestException.Unreachable(
                "machine " + guest.instanceId() + " at " + guest.address() + " does not answer: " + why, e);
    }

    private static GuestStatus parse(Guest guest, byte[] body) {
        try {
            return JSON.readValue(body, GuestStatus.class);
        } catch (JacksonException e) {
            throw new GuestException.Unreachable("machine " + guest.instanceId() + " answers no status", e);
        }
    }

    private static GuestException refused(int code, byte[] body) {
        return new GuestException.Refused(code, new String(body, StandardCharsets.UTF_8).strip());
    }

    private static URI uri(Guest guest, String path, Map<String, String> parameters) {
        StringBuilder uri =
                new StringBuilder("https://").append(guest.address()).append(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : new TreeMap<>(parameters).entrySet()) {
            uri.append(separator).append(encode(parameter.getKey())).append('=').append(encode(parameter.getValue()));
            separator = '&';
        }
        return URI.create(uri.toString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
