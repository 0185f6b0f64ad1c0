package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** The same from the bytes that are stored, which stay as they are. */
    static byte[] of(byte[] stored, String version) {
        JsonBytes.Member metadata = Json.metadata(stored);
        byte[] head = ("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/" + version
                        + "\",\"metadata\":")
                .getBytes(StandardCharsets.UTF_8);
        int length = metadata.end() - metadata.value();
        byte[] partial = Arrays.copyOf(head, head.length + length + 1);
        System.arraycopy(stored, metadata.value(), partial, head.length, length);
        partial[partial.length - 1] = '}';
        return partial;
    }
}
