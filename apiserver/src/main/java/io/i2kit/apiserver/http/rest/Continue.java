package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a paged list goes on.
 *
 * @param revision of the snapshot that all pages show, or -1 to go on with the newest state
 * @param left how many objects follow, or -1 when nobody knows: finding out again would cost a walk through them
 */
record Continue(long revision, String namespace, String name, long left) {
    private static final String VERSION = "i2kit.io/v1";

    String token() {
        ObjectNode token = Json.object();
        token.put("v", VERSION);
        token.put("rv", revision);
        token.put("ns", namespace);
        token.put("name", name);
        token.put("left", left);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
    }

    /** @throws ApiException BadRequest when it is none of ours */
    static Continue parse(String token) {
        try {
            JsonNode tree = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(token));
            if (tree.path("v").asString("").equals(VERSION)) {
                return new Continue(
                        tree.path("rv").asLong(),
                        tree.path("ns").asString(""),
                        tree.path("name").asString(""),
                        tree.path("left").asLong(-1));
            }
        } catch (IllegalArgumentException | JacksonException e) {
            throw invalid(e);
        }
        throw invalid(null);
    }

    ObjectKey key(String resource) {
        return new ObjectKey(resource, namespace, name);
    }

    private static ApiException invalid(@Nullable Exception cause) {
        ApiException invalid =
                ApiException.badRequest("continue key is not valid: the token is not one of this server");
        if (cause != null) {
            invalid.initCause(cause);
        }
        return invalid;
    }
}
