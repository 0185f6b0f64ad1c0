package io.i2kit.apiserver.http.rest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.table.Column;
import io.i2kit.apiserver.storage.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The rows of Tables in their usual form, with each object's metadata. A row is computed once a version of an object: what depends
 * on the time is left open and filled in each time. Clients ask for the same Tables over and over.
 */
final class TableRows {
    private static final long CACHED_BYTES = 2 << 20;
    /** What a cached row costs beside its text. */
    private static final int ROW_OVERHEAD_BYTES = 250;

    private static final byte[] END = "}}".getBytes(StandardCharsets.US_ASCII);

    /** Found by the very bytes that the store holds, for as long as it holds them. */
    private final Cache<byte[], Row> rows = Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(CACHED_BYTES)
            .weigher((byte[] stored, Row row) -> row.bytes() + ROW_OVERHEAD_BYTES)
            .build();

    /**
     * A row without what depends on the time.
     *
     * @param definition whose columns it has
     * @param version of the object's {@code PartialObjectMetadata}
     * @param pieces of text, between which {@code timed} texts go
     */
    private record Row(
            ResourceDefinition definition,
            String version,
            List<byte[]> pieces,
            List<Column.Timed> timed,
            JsonBytes.Member metadata) {

        int bytes() {
            return pieces.stream().mapToInt(piece -> piece.length).sum();
        }
    }

    /** @param stored an object that is shown as it is stored */
    byte[] row(ResourceDefinition definition, String version, byte[] stored, Instant now) {
        Row row = rows.getIfPresent(stored);
        if (row == null || row.definition() != definition || !row.version().equals(version)) {
            row = make(definition, version, stored);
            rows.put(stored, row);
        }
        int metadata = row.metadata().end() - row.metadata().value();
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(row.bytes() + 16 * row.timed().size() + metadata + END.length);
        for (int i = 0; i < row.pieces().size(); i++) {
            if (i > 0) {
                out.writeBytes(row.timed().get(i - 1).at(now).getBytes(StandardCharsets.UTF_8));
            }
            out.writeBytes(row.pieces().get(i));
        }
        out.write(stored, row.metadata().value(), metadata);
        out.writeBytes(END);
        return out.toByteArray();
    }

    private static Row make(ResourceDefinition definition, String version, byte[] stored) {
        JsonNode object = Json.parseWithoutManagedFields(stored);
        List<byte[]> pieces = new ArrayList<>();
        List<Column.Timed> timed = new ArrayList<>();
        StringBuilder text = new StringBuilder("{\"cells\":[");
        String before = "";
        for (Column column : definition.columns()) {
            text.append(before);
            before = ",";
            switch (column.cell().of(object)) {
                case Integer number -> text.append(number);
                case Long number -> text.append(number);
                case Boolean truth -> text.append(truth);
                case Column.Timed open -> {
                    pieces.add(text.append('"').toString().getBytes(StandardCharsets.UTF_8));
                    timed.add(open);
                    text = new StringBuilder("\"");
                }
                case Object any -> text.append(Json.MAPPER.writeValueAsString(any.toString()));
            }
        }
        text.append("],\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/")
                .append(version)
                .append("\",\"metadata\":");
        pieces.add(text.toString().getBytes(StandardCharsets.UTF_8));
        return new Row(definition, version, List.copyOf(pieces), List.copyOf(timed), Json.metadata(stored));
    }
}
