package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.table.Column;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code meta.k8s.io Table} objects (rule 33). */
final class TableWriter {
    private static final byte[] ROWS = bytes(",\"rows\":[");
    private static final byte[] COMMA = {','};
    private static final byte[] END = bytes("]}");

    private final ResourceDefinition definition;
    private final String version;
    private final String includeObject;
    private final Clock clock;
    private final TableRows rows;

    TableWriter(ResourceDefinition definition, String version, String includeObject, Clock clock, TableRows rows) {
        this.definition = definition;
        this.version = version;
        this.includeObject = includeObject;
        this.clock = clock;
        this.rows = rows;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A Table of one object; its own version is the Table's. */
    byte[] table(byte[] stored, boolean withColumns) {
        ObjectNode metadata = Json.object();
        JsonNode version =
                Json.parseWithoutManagedFields(stored).path("metadata").path("resourceVersion");
        metadata.put("resourceVersion", version.asString(""));
        return joined(table(List.of(stored), metadata, withColumns));
    }

    /** A Table without rows. */
    byte[] empty(ObjectNode metadata) {
        return joined(table(List.of(), metadata, false));
    }

    /** Written row by row: the trees of all objects together would be many times the answer. */
    private List<byte[]> table(List<byte[]> stored, ObjectNode listMetadata, boolean withColumns) {
        List<byte[]> parts = new ArrayList<>(stored.size() * 4 + 3);
        head(listMetadata, withColumns, parts);
        rows(stored, true, parts);
        parts.add(END);
        return parts;
    }

    /** What stands before the first row. */
    void head(ObjectNode listMetadata, boolean withColumns, List<byte[]> parts) {
        ObjectNode table = Json.object();
        table.put("kind", "Table");
        table.put("apiVersion", "meta.k8s.io/" + version);
        table.set("metadata", listMetadata);
        ArrayNode columns = table.putArray("columnDefinitions");
        if (withColumns) {
            definition.columns().forEach(column -> describe(column, columns.addObject()));
        }
        byte[] head = Json.bytes(table);
        parts.add(Arrays.copyOf(head, head.length - 1));
        parts.add(ROWS);
    }

    /** @param first whether no row stands before */
    void rows(List<byte[]> stored, boolean first, List<byte[]> parts) {
        Instant now = clock.instant();
        for (int i = 0; i < stored.size(); i++) {
            if (!first || i > 0) {
                parts.add(COMMA);
            }
            parts.add(row(stored.get(i), now));
        }
    }

    /** What stands behind the last row. */
    static byte[] end() {
        return END.clone();
    }

    private static void describe(Column column, ObjectNode to) {
        to.put("name", column.name());
        to.put("type", column.type());
        to.put("format", column.format());
        to.put("description", column.description());
        to.put("priority", column.priority());
    }

    private byte[] row(byte[] stored, Instant now) {
        boolean metadataOnly = !includeObject.equals("None") && !includeObject.equals("Object");
        if (metadataOnly && definition.view() == null) {
            return rows.row(definition, version, stored, now);
        }
        ObjectNode object = shown(stored);
        ObjectNode row = Json.object();
        ArrayNode cells = row.putArray("cells");
        for (Column column : definition.columns()) {
            switch (column.shown(object, now)) {
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
        return Json.bytes(row);
    }

    private ObjectNode shown(byte[] stored) {
        return definition.shown(Json.parse(stored));
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
