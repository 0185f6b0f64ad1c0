package io.i2kit.apiserver.http.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.apiserver.http.auth.ServiceAccountNames;
import io.i2kit.apiserver.registry.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Issues ServiceAccount tokens and reads them back; whether what they speak of still exists is not known here. */
public final class AccountTokens {
    /** Who issues bound tokens, and for whom they are meant by default. */
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    /** Who issues tokens that are kept in Secrets ({@code pkg/serviceaccount/legacy.go}). */
    static final String LEGACY_ISSUER = "kubernetes/serviceaccount";

    static final String LEGACY_CLAIM = "kubernetes.io/serviceaccount/";

    /** Clients send the same token with every request, and verifying one costs more than most requests: 2,000 are remembered. */
    private final Cache<String, ObjectNode> verified = Caffeine.newBuilder()
            .maximumSize(2_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    private final SigningKey key;

    public AccountTokens(Path keyFile) {
        this.key = new SigningKey(keyFile);
    }

    /** A signed token with these claims. */
    String issue(ObjectNode claims) {
        return key.sign(claims);
    }

    /**
     * A token without an end for a Secret.
     *
     * @param uid of the ServiceAccount
     */
    public String legacy(String namespace, String account, String uid, String secret) {
        ObjectNode claims = Json.object();
        claims.put("iss", LEGACY_ISSUER);
        claims.put(LEGACY_CLAIM + "namespace", namespace);
        claims.put(LEGACY_CLAIM + "secret.name", secret);
        claims.put(LEGACY_CLAIM + "service-account.name", account);
        claims.put(LEGACY_CLAIM + "service-account.uid", uid);
        claims.put("sub", ServiceAccountNames.user(namespace, account));
        return issue(claims);
    }

    /** The claims of a token that names one of this server's issuers, whoever signed it; null for any other text. */
    static @Nullable ObjectNode claims(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.US_ASCII));
            return Json.MAPPER.readTree(payload) instanceof ObjectNode claims
                            && List.of(ISSUER, LEGACY_ISSUER)
                                    .contains(claims.path("iss").asString(""))
                    ? claims
                    : null;
        } catch (IllegalArgumentException | JacksonException e) {
            return null;
        }
    }

    /**
     * The claims of a token that this server signed, null for one that names it as its issuer only.
     *
     * @param claims as the token carries them
     */
    @Nullable
    JsonNode verify(String token, ObjectNode claims) {
        JsonNode known = verified.getIfPresent(token);
        if (known != null) {
            return known;
        }
        if (!key.verifies(token)) {
            return null;
        }
        verified.put(token, claims);
        return claims;
    }

    /** The keys by which others verify tokens, as a JSON Web Key Set. */
    String keySet() {
        return "{\"keys\":[" + key.publicJwk() + "]}";
    }
}
