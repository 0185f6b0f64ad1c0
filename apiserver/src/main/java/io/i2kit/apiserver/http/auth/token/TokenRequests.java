package io.i2kit.apiserver.http.auth.token;

import io.i2kit.apiserver.http.auth.ServiceAccountNames;
import io.i2kit.apiserver.http.rest.PostAction;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code serviceaccounts/token}: {@code pkg/registry/core/serviceaccount/storage/token.go}. */
public final class TokenRequests implements PostAction {
    private static final String GROUP = "authentication.k8s.io";
    private static final String KIND = "TokenRequest";
    private static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;

    /** Kubelets ask for this life; such tokens of Pods warn then and end after a year, for clients that never read them again. */
    private static final long WARN_SECONDS = 3607;

    private static final long EXTENDED_SECONDS = 365L * 24 * 3600;

    private final AccountTokens tokens;
    private final ObjectClient objects;
    private final InstantSource clock;

    public TokenRequests(AccountTokens tokens, ObjectClient objects, InstantSource clock) {
        this.tokens = tokens;
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public ObjectNode answer(Call call) {
        ObjectNode request = call.body();
        String namespace = call.target().namespace();
        String name = call.target().name();
        requireSame(request, "name", name, "must match the service account name if specified");
        requireSame(request, "namespace", namespace, "must match the service account namespace if specified");
        ObjectNode account = get("serviceaccounts", namespace, name);
        String uid = Meta.uid(request);
        if (!uid.isEmpty() && !uid.equals(Meta.uid(account))) {
            throw ApiException.conflict(
                    GROUP,
                    KIND,
                    name,
                    "the UID in the token request (" + uid + ") does not match the UID of the service account ("
                            + Meta.uid(account) + ")");
        }
        Instant now = clock.instant();
        ObjectNode spec = complete(request, account, now);
        validate(spec);
        ObjectNode about = Json.object();
        about.put("namespace", namespace);
        Pod pod = bind(spec.path("boundObjectRef"), namespace, name, about);
        about.set("serviceaccount", reference(account));
        long seconds = spec.path("expirationSeconds").asLong(0);
        ObjectNode status = Json.object();
        status.put("token", token(about, spec, now, pod == Pod.YES));
        status.put("expirationTimestamp", Meta.time(now.plusSeconds(seconds)));
        request.remove("status");
        request.set("status", status);
        return request;
    }

    /** Whether a token is bound to a Pod. */
    private enum Pod {
        YES,
        NO
    }

    private static void requireSame(ObjectNode request, String field, String url, String rule) {
        String given = Meta.text(request, field);
        if (!given.isEmpty() && !given.equals(url)) {
            throw ApiException.invalid(
                    GROUP,
                    KIND,
                    Meta.name(request),
                    List.of(FieldError.invalid("metadata." + field, Json.MAPPER.writeValueAsString(given), rule)));
        }
    }

    private ObjectNode get(String resource, String namespace, String name) {
        ObjectNode object = objects.get(new ObjectKey(resource, namespace, name));
        if (object == null) {
            throw ApiException.notFound("", resource, name);
        }
        return object;
    }

    private static ObjectNode complete(ObjectNode request, ObjectNode account, Instant now) {
        ObjectNode metadata = Meta.of(request);
        for (String field : List.of("name", "namespace", "uid")) {
            Meta.copy(account, request, field);
        }
        metadata.put("creationTimestamp", Meta.time(now));
        ObjectNode spec = request.withObject("/spec");
        if (spec.path("audiences").isEmpty()) {
            spec.putArray("audiences").add(AccountTokens.ISSUER);
        }
        if (!spec.path("expirationSeconds").isNumber()) {
            spec.put("expirationSeconds", DEFAULT_SECONDS);
        }
        if (!spec.has("boundObjectRef")) {
            spec.putNull("boundObjectRef");
        }
        return spec;
    }

    private static void validate(ObjectNode spec) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode seconds = spec.path("expirationSeconds");
        String field = "spec.expirationSeconds";
        if (seconds.asLong(0) < LEAST_SECONDS) {
            errors.add(
                    FieldError.invalid(field, seconds.toString(), "may not specify a duration less than 10 minutes"));
        }
        if (seconds.asLong(0) > MOST_SECONDS) {
            errors.add(FieldError.invalid(
                    field, seconds.toString(), "may not specify a duration larger than 2^32 seconds"));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(GROUP, KIND, "", errors);
        }
    }

    /** Puts what the token is bound to into its claims. */
    private Pod bind(JsonNode bound, String namespace, String account, ObjectNode about) {
        if (!bound.isObject()) {
            return Pod.NO;
        }
        String kind = bound.path("kind").asString("");
        String apiVersion = bound.path("apiVersion").asString("");
        String name = bound.path("name").asString("");
        if (!apiVersion.equals("v1") && !apiVersion.isEmpty()
                || !List.of("Pod", "Secret", "Node").contains(kind)) {
            throw ApiException.badRequest("cannot bind token to object of type "
                    + apiVersion.replaceFirst("^([^/]*)$", "/$1") + ", Kind=" + kind);
        }
        ObjectNode object = switch (kind) {
            case "Pod" -> get("pods", namespace, name);
            case "Secret" -> get("secrets", namespace, name);
            default -> get("nodes", "", name);
        };
        JsonNode podSpec = object.path("spec");
        if (kind.equals("Pod")) {
            if (!podSpec.path("serviceAccountName").asString("").equals(account)) {
                throw ApiException.badRequest("cannot bind token for serviceaccount \"" + account
                        + "\" to pod running with different serviceaccount name.");
            }
            node(podSpec.path("nodeName").asString(""), about);
        }
        String uid = bound.path("uid").asString("");
        if (!uid.isEmpty() && !uid.equals(Meta.uid(object))) {
            throw ApiException.conflict(
                    "",
                    kind,
                    name,
                    "the UID in the bound object reference (" + uid + ") does not match the UID in record. The object"
                            + " might have been deleted and then recreated");
        }
        about.set(kind.equals("Pod") ? "pod" : kind.equals("Secret") ? "secret" : "node", reference(object));
        return kind.equals("Pod") ? Pod.YES : Pod.NO;
    }

    private void node(String name, ObjectNode about) {
        if (name.isEmpty()) {
            return;
        }
        @Nullable ObjectNode node = objects.get(new ObjectKey("nodes", "", name));
        about.set("node", node == null ? Json.object().put("name", name) : reference(node));
    }

    private static ObjectNode reference(ObjectNode object) {
        return Json.object().put("name", Meta.name(object)).put("uid", Meta.uid(object));
    }

    private String token(ObjectNode about, ObjectNode spec, Instant now, boolean ofPod) {
        long seconds = spec.path("expirationSeconds").asLong(0);
        ArrayNode audiences = (ArrayNode) spec.path("audiences");
        boolean extended = ofPod
                && seconds == WARN_SECONDS
                && audiences.size() == 1
                && audiences.get(0).asString("").equals(AccountTokens.ISSUER);
        if (extended) {
            about.put("warnafter", now.getEpochSecond() + seconds);
        }
        ObjectNode claims = Json.object();
        claims.set("aud", audiences.deepCopy());
        claims.put("exp", now.getEpochSecond() + (extended ? EXTENDED_SECONDS : seconds));
        claims.put("iat", now.getEpochSecond());
        claims.put("iss", AccountTokens.ISSUER);
        claims.put("jti", UUID.randomUUID().toString());
        claims.set("kubernetes.io", about);
        claims.put("nbf", now.getEpochSecond());
        claims.put(
                "sub",
                ServiceAccountNames.user(
                        about.path("namespace").asString(""),
                        about.path("serviceaccount").path("name").asString("")));
        return tokens.issue(claims);
    }
}
