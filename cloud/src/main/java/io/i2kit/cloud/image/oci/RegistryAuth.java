package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meets registries' challenges: Basic, or a Bearer token from the realm that the challenge names (distribution's
 * docs/spec/auth/token.md and oauth.md). Tokens are kept until shortly before they end.
 */
final class RegistryAuth {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The specification's lifetime of a token that does not name one. */
    private static final int DEFAULT_SECONDS = 60;

    private static final int MARGIN_SECONDS = 10;
    private static final int MAX_TOKENS = 1000;

    private final Supplier<HttpClient> http;
    private final Clock clock;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    RegistryAuth(Supplier<HttpClient> http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    private record Token(String value, Instant ends) {}

    /** A token server's answer; the older name of the token is {@code token}. */
    record TokenAnswer(
            @Nullable String token,
            @JsonProperty("access_token") @Nullable String accessToken,
            @JsonProperty("expires_in") @Nullable Integer expiresIn) {}

    /** The header for a request like a former one, without asking anybody. */
    Optional<String> known(String key) {
        Token token = tokens.get(key);
        return token != null && clock.instant().isBefore(token.ends()) ? Optional.of(token.value()) : Optional.empty();
    }

    /** A header that was refused is not used again. */
    void forget(String key) {
        tokens.remove(key);
    }

    /**
     * @param key under which the header is found again: registry, scope and user
     * @return the header, or empty when the challenge cannot be met with what is known
     */
    Optional<String> meet(Challenge challenge, String key, String scope, @Nullable Credentials credentials)
            throws IOException, InterruptedException {
        if (challenge.scheme().equals("basic")) {
            return credentials == null
                    ? Optional.empty()
                    : Optional.of(remember(key, credentials.basic(), DEFAULT_SECONDS));
        }
        HttpResponse<byte[]> response =
                http.get().send(tokenRequest(challenge, scope, credentials), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= 500 || response.statusCode() == 429) {
            throw new IOException(
                    "token server " + challenge.parameter("realm") + " answered " + response.statusCode());
        }
        if (response.statusCode() != 200) {
            return Optional.empty();
        }
        TokenAnswer answer = OciJson.read(response.body(), TokenAnswer.class, "the token server's answer");
        String token = answer.token() != null && !answer.token().isEmpty() ? answer.token() : answer.accessToken();
        if (token == null || token.isEmpty()) {
            return Optional.empty();
        }
        int seconds = answer.expiresIn() == null ? DEFAULT_SECONDS : answer.expiresIn();
        return Optional.of(remember(key, "Bearer " + token, seconds));
    }

    private String remember(String key, String header, int seconds) {
        if (tokens.size() > MAX_TOKENS) {
            tokens.clear();
        }
        tokens.put(key, new Token(header, clock.instant().plusSeconds(Math.max(1, seconds - MARGIN_SECONDS))));
        return header;
    }

    private static HttpRequest tokenRequest(Challenge challenge, String scope, @Nullable Credentials credentials)
            throws IOException {
        String realm = challenge.parameter("realm");
        String asked = challenge.parameter("scope").isEmpty() ? scope : challenge.parameter("scope");
        String query = "service=" + encode(challenge.parameter("service")) + "&scope=" + encode(asked);
        try {
            if (credentials != null && !credentials.identityToken().isEmpty()) {
                String body = "grant_type=refresh_token&client_id=i2kit&refresh_token="
                        + encode(credentials.identityToken()) + "&" + query;
                return HttpRequest.newBuilder(URI.create(realm))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(realm + (realm.contains("?") ? "&" : "?") + query))
                    .timeout(TIMEOUT);
            if (credentials != null) {
                request.header("Authorization", credentials.basic());
            }
            return request.build();
        } catch (IllegalArgumentException e) {
            throw new IOException("the registry names \"" + realm + "\" as its token server", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
