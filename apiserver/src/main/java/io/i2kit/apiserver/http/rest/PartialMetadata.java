package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.Json;
import tools.jackson.databind.node.ObjectNode;

/** {@code meta.k8s.io PartialObjectMetadata}. */
final class PartialMetadata {
    private PartialMetadata() {}

    /** @param version {@code v1} or {@code v1beta1} */
    static ObjectNode of(ObjectNode object, String version) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", "meta.k8s.io/" + version);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
