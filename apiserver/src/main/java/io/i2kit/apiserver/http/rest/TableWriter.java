package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code meta.k8s.io Table} objects (rule 33). */
final class TableWriter {
    private final ResourceDefinition definition;
    private final String version;
    private final String includeObject;
    private final Clock clock;

    TableWriter(ResourceDefinition definition, String version, String includeObject, Clock clock) {
        this.definition = definition;
        this.version = version;
        this.includeObject = includeObject;
        this.clock = clock;
    }

    /** A Table of one object, or of objects without list metadata. */
    byte[] table(List<ObjectNode> objects, String resourceVersion, boolean withColumns) {
        ObjectNode metadata = Json.object();
        String revision = resourceVersion.isEmpty() && objects.size() == 1
                ? objects.getFirst().path("metadata").path("resourceVersion").asString("")
                : resourceVersion;
        metadata.put("resourceVersion", revision);
        return table(objects, metadata, withColumns);
    }

    byte[] table(List<ObjectNode> objects, ObjectNode listMetadata, boolean withColumns) {
        ObjectNode table = Json.object();
        table.put("kind", "Table");
        table.put("apiVersion", "meta.k8s.io/" + version);
        table.set("metadata", listMetadata);
        ArrayNode columns = table.putArray("columnDefinitions");
        if (withColumns) {
            definition.columns().forEach(column -> describe(column, columns.addObject()));
        }
        ArrayNode rows = table.putArray("rows");
        Instant now = clock.instant();
        for (ObjectNode object : objects) {
            row(object, rows.addObject(), now);
        }
        return Json.bytes(table);
    }

    private static void describe(Column column, ObjectNode to) {
        to.put("name", column.name());
        to.put("type", column.type());
        to.put("format", column.format());
        to.put("description", column.description());
        to.put("priority", column.priority());
    }

    private void row(ObjectNode object, ObjectNode row, Instant now) {
        ArrayNode cells = row.putArray("cells");
        for (Column column : definition.columns()) {
            switch (column.cell().of(object, now)) {
                case Integer number -> cells.add(number);
                case Long number -> cells.add(number);
                case Boolean truth -> cells.add(truth);
                case Object text -> cells.add(text.toString());
            }
        }
        switch (includeObject) {
            case "None" -> row.putNull("object");
            case "Object" -> row.set("object", object);
            default -> row.set("object", PartialMetadata.of(object, version));
        }
    }
}
