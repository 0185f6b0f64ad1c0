package io.i2kit.apiserver.http.auth.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.i2kit.apiserver.http.auth.TokenAuthenticator;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.registry.Json;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Knows the ID tokens of an OpenID Connect issuer ({@code k8s.io/apiserver/plugin/pkg/authenticator/token/oidc}). */
public final class OidcAuthenticator implements TokenAuthenticator {
    private static final Duration NOT_BEFORE_LEEWAY = Duration.ofMinutes(5);

    private final OidcOptions options;
    private final IssuerKeys keys;
    private final InstantSource clock;

    public OidcAuthenticator(OidcOptions options, InstantSource clock) {
        this.options = options;
        this.keys = new IssuerKeys(options.issuer(), options.authority(), clock);
        this.clock = clock;
    }

    /** These tokens are meant for whoever asks, once they are meant for this server's client id. */
    @Override
    public @Nullable Authenticated authenticate(String token, List<String> audiences) {
        JsonNode claims = claims(token);
        if (!claims.path("iss").asString("").equals(options.issuer().toString())) {
            return null;
        }
        requireSignature(token);
        requireClaims(claims);
        List<String> groups = new ArrayList<>();
        for (String group : texts(claims.path(options.groups().claim()))) {
            groups.add(options.groups().prefix() + group);
        }
        groups.add(UserInfo.AUTHENTICATED);
        return new Authenticated(new UserInfo(name(claims), "", groups), audiences);
    }

    private static JsonNode claims(String token) {
        String[] parts = token.split("\\.", -1);
        try {
            return parts.length == 3
                    ? Json.MAPPER.readTree(Base64.getUrlDecoder().decode(parts[1]))
                    : MissingNode.getInstance();
        } catch (IllegalArgumentException | JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private void requireSignature(String token) {
        try {
            JWSObject parsed = JWSObject.parse(token);
            String algorithm = parsed.getHeader().getAlgorithm().getName();
            if (!options.algorithms().contains(algorithm)) {
                throw new Refused("oidc: verify token: oidc: malformed jwt: unexpected signature algorithm \""
                        + algorithm + "\"");
            }
            String keyId = parsed.getHeader().getKeyID();
            JWKSet known = keys.get(keyId);
            for (JWK key : known.getKeys()) {
                boolean candidate = keyId == null || keyId.equals(key.getKeyID());
                if (candidate && key instanceof AsymmetricJWK asymmetric && verifies(parsed, asymmetric)) {
                    return;
                }
            }
        } catch (ParseException e) {
            throw new Refused("oidc: verify token: oidc: malformed jwt: " + e.getMessage());
        }
        throw new Refused("oidc: verify token: failed to verify signature: failed to verify id token signature");
    }

    private static boolean verifies(JWSObject token, AsymmetricJWK key) {
        try {
            return token.verify(
                    new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), key.toPublicKey()));
        } catch (JOSEException e) {
            // A key of another type than the token's algorithm needs.
            return false;
        }
    }

    private void requireClaims(JsonNode claims) {
        Instant now = clock.instant();
        List<String> meant = texts(claims.path("aud"));
        if (!meant.contains(options.audience())) {
            throw new Refused(
                    "oidc: verify token: oidc: expected audience in [\"" + options.audience() + "\"] got " + meant);
        }
        Instant end = Instant.ofEpochSecond(claims.path("exp").asLong(0));
        if (now.isAfter(end)) {
            throw new Refused("oidc: verify token: oidc: token is expired (Token Expiry: " + end + ")");
        }
        Instant begin = Instant.ofEpochSecond(claims.path("nbf").asLong(0));
        if (now.plus(NOT_BEFORE_LEEWAY).isBefore(begin)) {
            throw new Refused(
                    "oidc: verify token: oidc: current time " + now + " before the nbf (not before) time: " + begin);
        }
        for (Map.Entry<String, String> required : options.requiredClaims().entrySet()) {
            String value = claims.path(required.getKey()).asString("");
            if (!claims.has(required.getKey())) {
                throw new Refused("oidc: required claim " + required.getKey() + " not present in ID token");
            }
            if (!value.equals(required.getValue())) {
                throw new Refused("oidc: required claim " + required.getKey() + " value does not match. Got = " + value
                        + ", want = " + required.getValue());
            }
        }
    }

    private String name(JsonNode claims) {
        String claim = options.username().claim();
        JsonNode value = claims.path(claim);
        if (!value.isString()) {
            throw new Refused("oidc: parse username claims \"" + claim + "\": claim not present");
        }
        boolean unverified = claim.equals("email")
                && claims.has("email_verified")
                && !claims.path("email_verified").asBoolean(false);
        if (unverified) {
            throw new Refused("oidc: email not verified");
        }
        return options.username().prefix() + value.asString();
    }

    /** A string, or strings. */
    private static List<String> texts(JsonNode value) {
        return value.isString()
                ? List.of(value.asString())
                : value.valueStream().map(item -> item.asString("")).toList();
    }
}
