package io.i2kit.apiserver.http.auth.token;

import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.registry.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /.well-known/openid-configuration} and {@code /openid/v1/jwks}: how others verify ServiceAccount tokens
 * ({@code pkg/serviceaccount/openidmetadata.go}).
 */
public final class OpenIdMetadata {
    private static final String CONFIGURATION = "/.well-known/openid-configuration";
    private static final String KEYS = "/openid/v1/jwks";
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "public, max-age=3600");

    private final AccountTokens tokens;
    private final String serverAddress;

    /** @param serverAddress {@code host:port} */
    public OpenIdMetadata(AccountTokens tokens, String serverAddress) {
        this.tokens = tokens;
        this.serverAddress = serverAddress;
    }

    /** The answer, or null when the path is none of these. */
    public @Nullable Answer handle(ApiRequest request) {
        String path = request.path().endsWith("/")
                ? request.path().substring(0, request.path().length() - 1)
                : request.path();
        return switch (path) {
            case CONFIGURATION -> answer("application/json", Json.bytes(configuration()));
            case KEYS -> answer("application/jwk-set+json", tokens.keySet().getBytes(StandardCharsets.UTF_8));
            default -> null;
        };
    }

    private static Answer answer(String type, byte[] json) {
        return new Answer.Whole(200, type, List.of(json), HEADERS, List.of());
    }

    private ObjectNode configuration() {
        ObjectNode configuration = Json.object();
        configuration.put("issuer", AccountTokens.ISSUER);
        configuration.put("jwks_uri", "https://" + serverAddress + KEYS);
        configuration.putArray("response_types_supported").add("id_token");
        configuration.putArray("subject_types_supported").add("public");
        configuration.putArray("id_token_signing_alg_values_supported").add("RS256");
        return configuration;
    }
}
