package io.i2kit.apiserver.http.review;

import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.Authorizer.Decision;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.auth.rbac.RoleBook;
import io.i2kit.apiserver.http.rest.PostAction;
import io.i2kit.apiserver.http.rest.PostAction.Call;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.rbac.PolicyRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code authorization.k8s.io}: {@code pkg/registry/authorization}, with the rules of {@code pkg/apis/authorization/validation}. */
public final class AccessReviews {
    private static final String GROUP = "authorization.k8s.io";
    private static final String ONE_OF = "exactly one of nonResourceAttributes or resourceAttributes must be specified";

    private final Authorizer authorizer;
    private final RoleBook roles;

    public AccessReviews(Authorizer authorizer, RoleBook roles) {
        this.authorizer = authorizer;
        this.roles = roles;
    }

    /** By resource. */
    public Map<String, PostAction> actions() {
        return Map.of(
                "selfsubjectaccessreviews." + GROUP,
                this::self,
                "subjectaccessreviews." + GROUP,
                this::subject,
                "localsubjectaccessreviews." + GROUP,
                this::local,
                "selfsubjectrulesreviews." + GROUP,
                this::rules);
    }

    private ObjectNode self(Call call) {
        List<FieldError> errors = new ArrayList<>();
        oneOfBoth(call.body(), errors);
        emptyMetadata(call.body(), "must be empty", errors);
        return decided(call, call.user(), errors);
    }

    private ObjectNode subject(Call call) {
        List<FieldError> errors = subjectFaults(call.body());
        emptyMetadata(call.body(), "must be empty", errors);
        return decided(call, subject(call.body().path("spec")), errors);
    }

    private ObjectNode local(Call call) {
        ObjectNode metadata = Meta.of(call.body());
        String url = call.target().namespace();
        if (Meta.namespace(call.body()).isEmpty()) {
            metadata.put("namespace", url);
        } else if (!Meta.namespace(call.body()).equals(url)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        List<FieldError> errors = subjectFaults(call.body());
        JsonNode bare = metadata.deepCopy().without("namespace");
        if (!bare.isEmpty()) {
            errors.add(FieldError.invalid("metadata", metadata.toString(), "must be empty except for namespace"));
        }
        JsonNode spec = call.body().path("spec");
        JsonNode asked = spec.path("resourceAttributes").path("namespace");
        if (spec.has("resourceAttributes") && !asked.asString("").equals(url)) {
            errors.add(FieldError.invalid(
                    "spec.resourceAttributes.namespace",
                    Json.MAPPER.writeValueAsString(asked.asString("")),
                    "must match metadata.namespace"));
        }
        if (spec.has("nonResourceAttributes")) {
            errors.add(FieldError.invalid(
                    "spec.nonResourceAttributes",
                    spec.path("nonResourceAttributes").toString(),
                    "disallowed on this kind of request"));
        }
        return decided(call, subject(spec), errors);
    }

    private static List<FieldError> subjectFaults(ObjectNode review) {
        List<FieldError> errors = new ArrayList<>();
        oneOfBoth(review, errors);
        JsonNode spec = review.path("spec");
        if (spec.path("user").asString("").isEmpty() && spec.path("groups").isEmpty()) {
            errors.add(FieldError.invalid("spec.user", "\"\"", "at least one of user or group must be specified"));
        }
        return errors;
    }

    private static void oneOfBoth(ObjectNode review, List<FieldError> errors) {
        JsonNode spec = review.path("spec");
        JsonNode path = spec.path("nonResourceAttributes");
        if (spec.has("resourceAttributes") == spec.has("nonResourceAttributes")) {
            errors.add(FieldError.invalid("spec", path.isMissingNode() ? "null" : path.toString(), ONE_OF));
        }
    }

    private static void emptyMetadata(ObjectNode review, String rule, List<FieldError> errors) {
        JsonNode metadata = review.path("metadata");
        if (!metadata.isEmpty()) {
            errors.add(FieldError.invalid("metadata", metadata.toString(), rule));
        }
    }

    private static UserInfo subject(JsonNode spec) {
        Map<String, List<String>> extra = new TreeMap<>();
        spec.path("extra").properties().forEach(entry -> extra.put(entry.getKey(), texts(entry.getValue())));
        return new UserInfo(
                spec.path("user").asString(""), spec.path("uid").asString(""), texts(spec.path("groups")), extra);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(value -> value.asString("")).toList();
    }

    private ObjectNode decided(Call call, UserInfo user, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(GROUP, "", "", errors);
        }
        ObjectNode review = call.body();
        Decision decision = authorizer.decide(attributes(review.path("spec"), user));
        ObjectNode status = Json.object().put("allowed", decision.allowed());
        String reason = decision.reason().get();
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        Meta.of(review);
        review.remove("status");
        review.set("status", status);
        return review;
    }

    private static Attributes attributes(JsonNode spec, UserInfo user) {
        JsonNode resource = spec.path("resourceAttributes");
        if (resource.isMissingNode()) {
            JsonNode path = spec.path("nonResourceAttributes");
            return Attributes.ofPath(
                    user, path.path("verb").asString(""), path.path("path").asString(""));
        }
        String subresource = resource.path("subresource").asString("");
        String plural = resource.path("resource").asString("");
        return Attributes.ofResource(
                user,
                resource.path("verb").asString(""),
                resource.path("group").asString(""),
                subresource.isEmpty() ? plural : plural + "/" + subresource,
                resource.path("namespace").asString(""),
                resource.path("name").asString(""));
    }

    private ObjectNode rules(Call call) {
        String namespace = call.body().path("spec").path("namespace").asString("");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        RoleBook.Rules rules = roles.rulesOf(call.user(), namespace);
        ObjectNode review = Json.object();
        review.put("kind", "SelfSubjectRulesReview").put("apiVersion", GROUP + "/v1");
        review.putObject("metadata");
        review.putObject("spec");
        ObjectNode status = review.putObject("status");
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        for (PolicyRule rule : rules.held()) {
            ObjectNode all = rule.toJson();
            if (!rule.resources().isEmpty()) {
                resources.add(all.deepCopy().without("nonResourceURLs"));
            }
            if (!rule.nonResourceUrls().isEmpty()) {
                paths.add(all.retain("verbs", "nonResourceURLs"));
            }
        }
        status.put("incomplete", false);
        if (!rules.error().isEmpty()) {
            status.put("evaluationError", rules.error());
        }
        return review;
    }
}
