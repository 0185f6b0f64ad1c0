package io.i2kit.apiserver.registry;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What the server alone decides in {@code metadata}; the model is {@code k8s.io/apiserver/pkg/registry/rest/meta.go}. */
final class ObjectMetadata {
    private static final List<String> SERVER_FIELDS =
            List.of("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation");

    private ObjectMetadata() {}

    /** Gives the object the namespace of the URL. */
    static void bindToNamespace(ResourceDefinition definition, String namespace, ObjectNode object) {
        String given = Meta.namespace(object);
        if (!definition.namespaced()) {
            if (!given.isEmpty()) {
                throw ApiException.badRequest("namespace may not be set on cluster-scoped resources");
            }
            return;
        }
        if (given.isEmpty()) {
            Meta.of(object).put("namespace", namespace);
        } else if (!given.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    static void prepareNew(ObjectNode object, String uid, Instant now) {
        ObjectNode metadata = Meta.of(object);
        metadata.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"));
        metadata.put("uid", uid);
        metadata.put("creationTimestamp", Meta.time(now));
    }

    /** Puts back what no update may change. */
    static void prepareUpdate(ObjectNode object, ObjectNode old) {
        for (String field : SERVER_FIELDS) {
            Meta.copy(old, object, field);
        }
        Meta.copy(old, object, "name");
        Meta.copy(old, object, "namespace");
        if (Meta.text(object, "generateName").isEmpty()) {
            Meta.copy(old, object, "generateName");
        }
        Meta.of(object).remove("selfLink");
    }
}
