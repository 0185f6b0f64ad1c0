package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a client and the server agree on a protocol ({@code k8s.io/streaming/pkg/httpstream}: wsstream/conn.go and httpstream.go).
 *
 * @param kind below the protocol
 * @param protocol that was agreed upon; empty when the client named none
 * @param headers of the answer
 */
public record Handshake(Kind kind, String protocol, Map<String, String> headers) {
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String STREAM_PROTOCOL = "X-Stream-Protocol-Version";

    public Handshake {
        headers = Map.copyOf(headers);
    }

    /** What carries the protocol. */
    public enum Kind {
        WEB_SOCKET,
        SPDY
    }

    /**
     * @param header a request's header by its lower-case name
     * @param webSocket protocols that are served over WebSocket; an empty one when none has to be named
     * @param spdy protocols that are served over SPDY/3.1
     * @throws ApiException when the request asks for no upgrade, or for none of these
     */
    public static Handshake of(Function<String, @Nullable String> header, List<String> webSocket, List<String> spdy) {
        String upgrade = text(header, "upgrade").toLowerCase(Locale.ROOT);
        if (!words(text(header, "connection").toLowerCase(Locale.ROOT)).contains("upgrade")) {
            throw ApiException.badRequest("Upgrade request required");
        }
        return switch (upgrade) {
            case "websocket" -> webSocket(header, webSocket);
            case "spdy/3.1" -> spdy(header, spdy);
            default -> throw ApiException.badRequest("Upgrade request required");
        };
    }

    /** Agrees to whichever protocol a client of WebSocket names first, where the protocol changes nothing. */
    public static Handshake ofAnyWebSocket(Function<String, @Nullable String> header) {
        return webSocket(header, first(words(text(header, "sec-websocket-protocol"))));
    }

    private static List<String> first(List<String> words) {
        return words.isEmpty() ? List.of("") : words.subList(0, 1);
    }

    private static Handshake webSocket(Function<String, @Nullable String> header, List<String> served) {
        String key = text(header, "sec-websocket-key");
        if (key.isEmpty() || !text(header, "sec-websocket-version").equals("13")) {
            throw ApiException.badRequest("a WebSocket handshake of version 13 is required");
        }
        List<String> asked = words(text(header, "sec-websocket-protocol"));
        String protocol = (asked.isEmpty() ? List.of("") : asked)
                .stream().filter(served::contains).findFirst().orElse(null);
        if (protocol == null) {
            throw new ApiException(
                    403,
                    "Forbidden",
                    "requested protocol(s) are not supported: " + asked + "; supports " + served,
                    null);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        headers.put("Sec-WebSocket-Accept", accept(key));
        if (!protocol.isEmpty()) {
            headers.put("Sec-WebSocket-Protocol", protocol);
        }
        return new Handshake(Kind.WEB_SOCKET, protocol, headers);
    }

    private static Handshake spdy(Function<String, @Nullable String> header, List<String> served) {
        List<String> asked = words(text(header, STREAM_PROTOCOL.toLowerCase(Locale.ROOT)));
        if (asked.isEmpty()) {
            throw ApiException.badRequest("unable to upgrade: " + STREAM_PROTOCOL + " header is required");
        }
        String protocol = asked.stream().filter(served::contains).findFirst().orElse(null);
        if (protocol == null) {
            throw new ApiException(
                    403,
                    "Forbidden",
                    "unable to upgrade: unable to negotiate protocol: client supports " + asked + ", server accepts "
                            + served,
                    null);
        }
        return new Handshake(
                Kind.SPDY, protocol, Map.of("Upgrade", "SPDY/3.1", "Connection", "Upgrade", STREAM_PROTOCOL, protocol));
    }

    private static String accept(String key) {
        try {
            byte[] text = (key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static String text(Function<String, @Nullable String> header, String name) {
        String value = header.apply(name);
        return value == null ? "" : value.strip();
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
