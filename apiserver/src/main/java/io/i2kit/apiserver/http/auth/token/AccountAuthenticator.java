package io.i2kit.apiserver.http.auth.token;

import io.i2kit.apiserver.http.auth.ServiceAccountNames;
import io.i2kit.apiserver.http.auth.TokenAuthenticator;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Knows the tokens of ServiceAccounts: signed here, meant for the audience, in their time, and of an account (and a Pod, Secret or
 * Node) that is still there ({@code pkg/serviceaccount/claims.go}, {@code legacy.go}). The store is asked each time, so that a
 * deletion takes effect at once.
 */
public final class AccountAuthenticator implements TokenAuthenticator {
    private static final Duration LEEWAY = Duration.ofMinutes(1);
    private static final String EXTRA = "authentication.kubernetes.io/";
    private static final String INVALIDATED = "service account token has been invalidated";
    private static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    private static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";

    private final AccountTokens tokens;
    private final ObjectClient objects;
    private final InstantSource clock;

    public AccountAuthenticator(AccountTokens tokens, ObjectClient objects, InstantSource clock) {
        this.tokens = tokens;
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public @Nullable Authenticated authenticate(String token, List<String> audiences) {
        ObjectNode claimed = AccountTokens.claims(token);
        if (claimed == null) {
            return null;
        }
        JsonNode claims = tokens.verify(token, claimed);
        if (claims == null) {
            throw new Refused("the token is not signed by a key of this server");
        }
        boolean legacy = claims.path("iss").asString("").equals(AccountTokens.LEGACY_ISSUER);
        List<String> meant = legacy ? List.of(AccountTokens.ISSUER) : texts(claims.path("aud"));
        List<String> shared = meant.stream().filter(audiences::contains).toList();
        if (shared.isEmpty()) {
            throw new Refused("token audiences " + meant + " is invalid for the target audiences " + audiences);
        }
        return new Authenticated(legacy ? kept(token, claims) : bound(claims), shared);
    }

    private static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>();
        if (value.isString()) {
            texts.add(value.asString());
        }
        value.forEach(item -> texts.add(item.asString("")));
        return texts;
    }

    private UserInfo bound(JsonNode claims) {
        Instant now = clock.instant();
        requireTime(claims, now);
        JsonNode about = claims.path("kubernetes.io");
        String namespace = about.path("namespace").asString("");
        String account = about.path("serviceaccount").path("name").asString("");
        String uid = requireAccount(
                namespace, account, about.path("serviceaccount").path("uid").asString(""), now);
        requireBound(
                "secrets",
                namespace,
                about.path("secret"),
                "secret UID (%s) does not match service account secret ref claim (%s)",
                now);
        requireBound(
                "pods",
                namespace,
                about.path("pod"),
                "pod UID (%s) does not match service account pod ref claim (%s)",
                now);
        Map<String, List<String>> extra = new TreeMap<>();
        String id = claims.path("jti").asString("");
        if (!id.isEmpty()) {
            extra.put(EXTRA + "credential-id", List.of("JTI=" + id));
        }
        reference(extra, "pod", about.path("pod"));
        if (!about.has("pod")) {
            requireBound(
                    "nodes",
                    "",
                    about.path("node"),
                    "node UID (%s) does not match service account node ref claim (%s)",
                    now);
        }
        reference(extra, "node", about.path("node"));
        return user(namespace, account, uid, extra);
    }

    private static void reference(Map<String, List<String>> extra, String kind, JsonNode claim) {
        for (String field : List.of("name", "uid")) {
            String value = claim.path(field).asString("");
            if (!value.isEmpty()) {
                extra.put(EXTRA + kind + "-" + field, List.of(value));
            }
        }
    }

    private static UserInfo user(String namespace, String account, String uid, Map<String, List<String>> extra) {
        List<String> groups = new ArrayList<>(ServiceAccountNames.groups(namespace));
        groups.add(UserInfo.AUTHENTICATED);
        return new UserInfo(ServiceAccountNames.user(namespace, account), uid, groups, extra);
    }

    private static void requireTime(JsonNode claims, Instant now) {
        if (now.minus(LEEWAY).getEpochSecond() > claims.path("exp").asLong(0)) {
            throw new Refused("service account token has expired");
        }
        if (now.plus(LEEWAY).getEpochSecond() < claims.path("nbf").asLong(0)) {
            throw new Refused("service account token is not valid yet");
        }
        if (now.plus(LEEWAY).getEpochSecond() < claims.path("iat").asLong(0)) {
            throw new Refused("service account token is issued in the future");
        }
    }

    private String requireAccount(String namespace, String name, String uid, Instant now) {
        ObjectNode account = objects.get(new ObjectKey("serviceaccounts", namespace, name));
        if (account == null) {
            throw new Refused("serviceaccounts \"" + name + "\" not found");
        }
        if (!Meta.uid(account).equals(uid)) {
            throw new Refused("service account UID (" + Meta.uid(account) + ") does not match claim (" + uid + ")");
        }
        if (isGone(account, now)) {
            throw new Refused("service account " + namespace + "/" + name + " has been deleted");
        }
        return uid;
    }

    private void requireBound(String resource, String namespace, JsonNode claim, String mismatch, Instant now) {
        if (claim.isMissingNode()) {
            return;
        }
        ObjectNode object = objects.get(
                new ObjectKey(resource, namespace, claim.path("name").asString("")));
        if (object == null || isGone(object, now)) {
            throw new Refused(INVALIDATED);
        }
        String uid = claim.path("uid").asString("");
        if (!Meta.uid(object).equals(uid)) {
            throw new Refused(mismatch.formatted(Meta.uid(object), uid));
        }
    }

    /** Whether an object's deletion began long enough ago that clocks cannot disagree about it. */
    private static boolean isGone(JsonNode object, Instant now) {
        String deleted = Meta.text(object, "deletionTimestamp");
        try {
            return !deleted.isEmpty() && Instant.parse(deleted).isBefore(now.minus(LEEWAY));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** A token without an end that a Secret holds. */
    private UserInfo kept(String token, JsonNode claims) {
        String namespace = claim(claims, "namespace");
        String account = claim(claims, "service-account.name");
        ObjectKey key = new ObjectKey("secrets", namespace, claim(claims, "secret.name"));
        if (!claims.path("sub").asString("").equals(ServiceAccountNames.user(namespace, account))) {
            throw new Refused("sub claim is invalid");
        }
        ObjectNode secret = objects.get(key);
        if (secret == null || Meta.isDeleting(secret)) {
            throw new Refused("Token has been invalidated");
        }
        byte[] held = secret.path("data").path("token").asString("").getBytes(StandardCharsets.US_ASCII);
        byte[] shown = Base64.getEncoder().encode(token.getBytes(StandardCharsets.US_ASCII));
        if (!MessageDigest.isEqual(held, shown)) {
            throw new Refused("Token does not match server's copy");
        }
        String uid = requireAccount(namespace, account, claim(claims, "service-account.uid"), clock.instant());
        JsonNode labels = secret.path("metadata").path("labels");
        noteUse(key, labels.path(LAST_USED).asString(""));
        if (labels.has(INVALID_SINCE)) {
            throw new Refused("the token in secret " + namespace + "/" + key.name() + " for service account "
                    + namespace + "/" + account
                    + " has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based"
                    + " tokens, or remove the '" + INVALID_SINCE
                    + "' label from the secret to temporarily allow use of this token");
        }
        return user(namespace, account, uid, Map.of());
    }

    private static String claim(JsonNode claims, String name) {
        String value = claims.path(AccountTokens.LEGACY_CLAIM + name).asString("");
        if (value.isEmpty()) {
            throw new Refused(name + " claim is missing");
        }
        return value;
    }

    private void noteUse(ObjectKey key, String lastUsed) {
        String today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        if (!lastUsed.equals(today)) {
            objects.modify(key, "", secret -> {
                if (secret != null) {
                    Meta.of(secret).withObject("/labels").put(LAST_USED, today);
                }
                return secret;
            });
        }
    }
}
