package io.i2kit.apiserver.http.review;

import io.i2kit.apiserver.http.auth.Authenticator;
import io.i2kit.apiserver.http.auth.TokenAuthenticator.Authenticated;
import io.i2kit.apiserver.http.auth.TokenAuthenticator.Refused;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.rest.PostAction;
import io.i2kit.apiserver.http.rest.PostAction.Call;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code authentication.k8s.io}: {@code pkg/registry/authentication}. */
public final class IdentityReviews {
    private static final String GROUP = "authentication.k8s.io";

    private final Authenticator authenticator;
    private final InstantSource clock;

    public IdentityReviews(Authenticator authenticator, InstantSource clock) {
        this.authenticator = authenticator;
        this.clock = clock;
    }

    /** By resource. */
    public Map<String, PostAction> actions() {
        return Map.of("selfsubjectreviews." + GROUP, this::self, "tokenreviews." + GROUP, this::token);
    }

    private ObjectNode self(Call call) {
        ObjectNode review = Json.object();
        review.put("kind", "SelfSubjectReview").put("apiVersion", GROUP + "/v1");
        review.putObject("metadata").put("creationTimestamp", Meta.time(clock.instant()));
        review.putObject("status").set("userInfo", user(call.user()));
        return review;
    }

    private ObjectNode token(Call call) {
        ObjectNode review = call.body();
        String token = review.path("spec").path("token").asString("");
        if (token.isEmpty()) {
            throw ApiException.badRequest("token is required for TokenReview in authentication");
        }
        List<String> audiences = review.path("spec")
                .path("audiences")
                .valueStream()
                .map(audience -> audience.asString(""))
                .toList();
        ObjectNode status = Json.object();
        try {
            Authenticated found = authenticator.token(token, audiences);
            status.put("authenticated", true);
            status.set("user", user(found.user()));
            strings(status, "audiences", found.audiences());
        } catch (Refused e) {
            status.putObject("user");
            status.put("error", e.getMessage());
        }
        Meta.of(review);
        review.remove("status");
        review.set("status", status);
        return review;
    }

    private static ObjectNode user(UserInfo user) {
        ObjectNode object = Json.object();
        object.put("username", user.name());
        if (!user.uid().isEmpty()) {
            object.put("uid", user.uid());
        }
        strings(object, "groups", user.groups());
        if (!user.extra().isEmpty()) {
            ObjectNode extra = object.putObject("extra");
            user.extra().forEach((key, values) -> strings(extra, key, values));
        }
        return object;
    }

    private static void strings(ObjectNode to, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = to.putArray(field);
            values.forEach(array::add);
        }
    }
}
