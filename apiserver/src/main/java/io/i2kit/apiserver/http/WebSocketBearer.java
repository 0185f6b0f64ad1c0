package io.i2kit.apiserver.http;

import io.i2kit.apiserver.registry.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A browser cannot give a WebSocket an {@code Authorization} header, so it names its bearer token among the sub-protocols
 * ({@code k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go}).
 */
final class WebSocketBearer {
    private static final String PREFIX = "base64url.bearer.authorization.k8s.io.";
    private static final String PROTOCOLS = "sec-websocket-protocol";
    private static final String AUTHORIZATION = "authorization";

    private WebSocketBearer() {}

    /**
     * The headers with the token where other clients have it, and only the real protocols left.
     *
     * @param headers by lower-case name
     * @throws ApiException Unauthorized when the token is not to be read, or the only protocol
     */
    static Map<String, String> unwrapped(Map<String, String> headers) {
        String named = headers.getOrDefault(PROTOCOLS, "");
        if (!named.contains(PREFIX) || headers.containsKey(AUTHORIZATION)) {
            return headers;
        }
        List<String> tokens = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String protocol : named.split(",", -1)) {
            String name = protocol.strip();
            if (name.startsWith(PREFIX)) {
                tokens.add(name.substring(PREFIX.length()));
            } else {
                others.add(name);
            }
        }
        if (tokens.size() != 1 || others.isEmpty()) {
            throw unauthorized();
        }
        Map<String, String> unwrapped = new HashMap<>(headers);
        unwrapped.put(AUTHORIZATION, "Bearer " + decode(tokens.getFirst()));
        unwrapped.put(PROTOCOLS, String.join(",", others));
        return unwrapped;
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unauthorized();
        }
    }

    private static ApiException unauthorized() {
        return new ApiException(401, "Unauthorized", "Unauthorized", null);
    }
}
