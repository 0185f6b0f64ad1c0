package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.content.Accept.Encoding;
import io.i2kit.apiserver.http.content.Accept.Shape;
import io.i2kit.apiserver.http.content.Yaml;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Writes a list in the form that was asked for, whole or slice by slice. */
final class ListWriter {
    private static final byte[] COMMA = {','};
    private static final byte[] END = "]}\n".getBytes(StandardCharsets.US_ASCII);

    private final Presentation presentation;
    private final ObjectNode metadata = Json.object();
    private boolean first = true;

    ListWriter(Presentation presentation, ListHandler.Found found) {
        this.presentation = presentation;
        if (found.revision() > 0) {
            metadata.put("resourceVersion", Long.toString(found.revision()));
        }
        if (!found.continueToken().isEmpty()) {
            metadata.put("continue", found.continueToken());
            if (found.remaining() > 0) {
                metadata.put("remainingItemCount", found.remaining());
            }
        }
    }

    static Answer whole(Presentation presentation, ListHandler.Found found) {
        ListWriter writer = new ListWriter(presentation, found);
        List<byte[]> parts = new ArrayList<>(found.objects().size() * 2 + 3);
        writer.head(parts);
        writer.items(found.objects(), parts);
        writer.end(parts);
        if (presentation.form().encoding() == Encoding.YAML) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            parts.forEach(all::writeBytes);
            return new Answer.Whole(200, "application/yaml", Yaml.fromJson(all.toByteArray()));
        }
        return new Answer.Whole(200, "application/json", parts, Map.of(), List.of());
    }

    void head(List<byte[]> parts) {
        if (presentation.form().shape() == Shape.TABLE) {
            presentation.tables().head(metadata, true, parts);
            return;
        }
        var names = presentation.definition().names();
        boolean partial = presentation.form().shape() == Shape.METADATA;
        String kind = partial ? "PartialObjectMetadataList" : names.listKind();
        String version = partial ? "meta.k8s.io/" + presentation.form().metaVersion() : names.apiVersion();
        String head = "{\"kind\":\"" + kind + "\",\"apiVersion\":\"" + version + "\",\"metadata\":"
                + Json.MAPPER.writeValueAsString(metadata) + ",\"items\":[";
        parts.add(head.getBytes(StandardCharsets.UTF_8));
    }

    void items(List<StoredObject> objects, List<byte[]> parts) {
        if (presentation.form().shape() == Shape.TABLE) {
            presentation.tables().rows(objects.stream().map(StoredObject::json).toList(), first, parts);
            first = first && objects.isEmpty();
            return;
        }
        for (StoredObject object : objects) {
            if (!first) {
                parts.add(COMMA);
            }
            parts.add(presentation.one(object.json()));
            first = false;
        }
    }

    void end(List<byte[]> parts) {
        parts.add(presentation.form().shape() == Shape.TABLE ? TableWriter.end() : END);
    }
}
