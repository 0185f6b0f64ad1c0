package io.i2kit.apiserver.http.audit;

import io.i2kit.apiserver.http.content.Bodies;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import java.io.ByteArrayOutputStream;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Bodies as the audit log shows them. What cannot be read is left out: the answer tells what was wrong with it. */
final class AuditBodies {
    private static final Set<String> WITH_OBJECT = Set.of("POST", "PUT");

    private AuditBodies() {}

    /** The body of a request as a tree, or a missing node. */
    static JsonNode request(ApiRequest request) {
        if (request.body().length == 0) {
            return MissingNode.getInstance();
        }
        String type = request.headers().getOrDefault("content-type", "");
        try {
            return type.contains("patch+json")
                    ? Json.MAPPER.readTree(request.body())
                    : Bodies.read(request.body(), type.replace("application/apply-patch+yaml", "application/yaml"));
        } catch (ApiException | JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /** {@code objectRef}; a new object's own names complete those of the URL. */
    static ObjectNode reference(RequestInfo info, ApiRequest request, JsonNode body) {
        RequestInfo.Target target = info.target();
        ObjectNode reference = Json.object();
        JsonNode object = WITH_OBJECT.contains(request.method()) ? body : MissingNode.getInstance();
        put(reference, "resource", target.resource());
        put(reference, "namespace", target.namespace());
        String name = info.attributes(request).name();
        put(reference, "name", name.isEmpty() ? Meta.name(object) : name);
        put(reference, "uid", Meta.uid(object));
        put(reference, "apiGroup", info.group());
        put(reference, "apiVersion", info.version());
        put(reference, "resourceVersion", Meta.resourceVersion(object));
        put(reference, "subresource", target.subresource());
        return reference;
    }

    private static void put(ObjectNode to, String field, String value) {
        if (!value.isEmpty()) {
            to.put(field, value);
        }
    }

    /** The body of an answer as a tree, or a missing node when it is no JSON. */
    static JsonNode answer(Answer.Whole answer) {
        if (!answer.contentType().startsWith("application/json")
                || answer.parts().isEmpty()) {
            return MissingNode.getInstance();
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        answer.parts().forEach(joined::writeBytes);
        try {
            return Json.MAPPER.readTree(joined.toByteArray());
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    static JsonNode shown(JsonNode body, boolean withoutManagedFields) {
        if (!withoutManagedFields) {
            return body;
        }
        JsonNode copy = body.deepCopy();
        drop(copy);
        copy.path("items").forEach(AuditBodies::drop);
        return copy;
    }

    private static void drop(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }
}
