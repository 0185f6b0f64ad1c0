package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code v1.Status} objects. */
public final class Statuses {
    private Statuses() {}

    private static ObjectNode status(String status) {
        ObjectNode object = Json.object();
        object.put("kind", "Status");
        object.put("apiVersion", "v1");
        object.putObject("metadata");
        object.put("status", status);
        return object;
    }

    public static ObjectNode failure(ApiException e) {
        ObjectNode object = status("Failure");
        object.put("message", String.valueOf(e.getMessage()));
        if (!e.reason().isEmpty()) {
            object.put("reason", e.reason());
        }
        ApiException.Details details = e.details();
        if (details != null) {
            object.set("details", details(details));
        }
        object.put("code", e.code());
        return object;
    }

    private static ObjectNode details(ApiException.Details details) {
        ObjectNode object = Json.object();
        putUnlessEmpty(object, "name", details.name());
        putUnlessEmpty(object, "group", details.group());
        putUnlessEmpty(object, "kind", details.kind());
        putUnlessEmpty(object, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = object.putArray("causes");
            for (FieldError cause : details.causes()) {
                ObjectNode entry = causes.addObject();
                putUnlessEmpty(entry, "reason", cause.reason());
                putUnlessEmpty(entry, "message", cause.message());
                putUnlessEmpty(entry, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            object.put("retryAfterSeconds", details.retryAfterSeconds());
        }
        return object;
    }

    private static void putUnlessEmpty(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }

    /** The answer to a DELETE that took effect at once. */
    public static ObjectNode deleted(ResourceDefinition definition, JsonNode last) {
        ObjectNode object = status("Success");
        ObjectNode details = object.putObject("details");
        details.put("name", Meta.name(last));
        putUnlessEmpty(details, "group", definition.names().group());
        details.put("kind", definition.names().plural());
        putUnlessEmpty(details, "uid", Meta.uid(last));
        return object;
    }

    /** The answer to a creation that leaves no object (binding, eviction). */
    public static ObjectNode created() {
        ObjectNode object = status("Success");
        object.put("code", 201);
        return object;
    }
}
