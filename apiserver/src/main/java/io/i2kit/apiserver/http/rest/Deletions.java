package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Bodies;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ObjectClient.DeleteOptions;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code metav1.DeleteOptions} from a DELETE's body and query (the body wins). */
final class Deletions {
    private static final Set<String> POLICIES = Set.of("Background", "Foreground", "Orphan");

    private Deletions() {}

    /** What a DELETE asks for. */
    record Request(DeleteOptions options, boolean dryRun) {}

    static Request of(ApiRequest request) {
        ObjectNode body = request.body().length > 0
                ? Bodies.read(request.body(), request.header("content-type"))
                : fromQuery(request);
        return of(body);
    }

    static Request of(JsonNode body) {
        JsonNode grace = body.path("gracePeriodSeconds");
        if (grace.asLong(0) < 0) {
            throw invalid(
                    FieldError.invalid("gracePeriodSeconds", grace.toString(), "must be greater than or equal to 0"));
        }
        JsonNode preconditions = body.path("preconditions");
        DeleteOptions options = new DeleteOptions(
                grace.isNumber() ? Long.valueOf(grace.asLong()) : null,
                propagation(body),
                preconditions.path("uid").asString(""),
                preconditions.path("resourceVersion").asString(""));
        return new Request(options, DryRun.of(body.path("dryRun"), "DeleteOptions"));
    }

    private static ObjectNode fromQuery(ApiRequest request) {
        ObjectNode body = Json.object();
        if (!request.parameter("gracePeriodSeconds").isEmpty()) {
            body.put("gracePeriodSeconds", ListOptions.number(request, "gracePeriodSeconds"));
        }
        if (!request.parameter("propagationPolicy").isEmpty()) {
            body.put("propagationPolicy", request.parameter("propagationPolicy"));
        }
        if (!request.parameter("orphanDependents").isEmpty()) {
            body.put("orphanDependents", request.flag("orphanDependents"));
        }
        if (!request.parameter("dryRun").isEmpty()) {
            body.putArray("dryRun").add(request.parameter("dryRun"));
        }
        return body;
    }

    private static String propagation(JsonNode body) {
        JsonNode orphan = body.path("orphanDependents");
        String policy = body.path("propagationPolicy").asString("");
        if (orphan.isBoolean() && !policy.isEmpty()) {
            throw invalid(FieldError.invalid(
                    "propagationPolicy",
                    "\"" + policy + "\"",
                    "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (orphan.isBoolean()) {
            return orphan.booleanValue() ? "Orphan" : "Background";
        }
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            throw invalid(FieldError.notSupported(
                    "propagationPolicy", "\"" + policy + "\"", "\"Foreground\", \"Background\", \"Orphan\""));
        }
        return policy;
    }

    private static ApiException invalid(FieldError error) {
        return ApiException.invalid("meta.k8s.io", "DeleteOptions", "", List.of(error));
    }
}
