package io.i2kit.apiserver.patch;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who owns which fields of one object: {@code metadata.managedFields} while it is worked on.
 * Source: {@code k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go}.
 */
final class FieldOwners {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /**
     * Who wrote.
     *
     * @param apiVersion empty for an applier: it is one manager whatever version it applies
     */
    record Manager(String name, String operation, String apiVersion, String subresource)
            implements Comparable<Manager> {
        private static final Comparator<Manager> ORDER = Comparator.comparing(Manager::name)
                .thenComparing(Manager::operation)
                .thenComparing(Manager::apiVersion)
                .thenComparing(Manager::subresource);

        @Override
        public int compareTo(Manager other) {
            return ORDER.compare(this, other);
        }

        boolean applies() {
            return operation.equals(APPLY);
        }

        /** As conflict messages name it. */
        String text() {
            String quoted = "\"" + name + "\"";
            String where = subresource.isEmpty() ? quoted : quoted + " with subresource \"" + subresource + "\"";
            return applies() ? where : where + " using " + apiVersion;
        }
    }

    /**
     * @param apiVersion the version that the paths are of
     * @param time when the set last changed, or null when unknown
     */
    record Owned(
            String apiVersion, FieldSet fields, @Nullable Instant time) {
        Owned with(FieldSet other) {
            return new Owned(apiVersion, other, time);
        }
    }

    private final TreeMap<Manager, Owned> entries = new TreeMap<>();

    /** The entries of {@code metadata.managedFields}; none when it is absent, or not what the API server writes. */
    static FieldOwners of(@Nullable JsonNode managedFields) {
        FieldOwners owners = new FieldOwners();
        if (managedFields == null) {
            return owners;
        }
        try {
            managedFields.forEach(owners::read);
            return owners;
        } catch (IllegalArgumentException e) {
            return new FieldOwners();
        }
    }

    private void read(JsonNode entry) {
        String operation = entry.path("operation").asString("");
        String apiVersion = entry.path("apiVersion").asString("");
        boolean known = operation.equals(APPLY) || operation.equals(UPDATE);
        if (!known
                || apiVersion.isEmpty()
                || !entry.path("fieldsType").asString("").equals("FieldsV1")) {
            throw new IllegalArgumentException("no managed fields entry");
        }
        Manager manager = new Manager(
                entry.path("manager").asString(""),
                operation,
                operation.equals(APPLY) ? "" : apiVersion,
                entry.path("subresource").asString(""));
        entries.put(manager, new Owned(apiVersion, FieldSet.fromJson(entry.path("fieldsV1")), time(entry)));
    }

    private static @Nullable Instant time(JsonNode entry) {
        String time = entry.path("time").asString("");
        try {
            return time.isEmpty() ? null : Instant.parse(time);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("no managed fields entry", e);
        }
    }

    Map<Manager, Owned> entries() {
        return entries;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    FieldOwners copy() {
        FieldOwners copy = new FieldOwners();
        copy.entries.putAll(entries);
        return copy;
    }

    /** Writes {@code metadata.managedFields}, or removes it when nobody owns anything. */
    void write(ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        metadata.remove("managedFields");
        if (!entries.isEmpty()) {
            metadata.set("managedFields", toJson());
        }
    }

    private ArrayNode toJson() {
        List<Map.Entry<Manager, Owned>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(Comparator.<Map.Entry<Manager, Owned>, String>comparing(
                        entry -> entry.getKey().operation())
                .thenComparing(entry -> seconds(entry.getValue()))
                .thenComparing(entry -> entry.getKey().name())
                .thenComparing(entry -> entry.getValue().apiVersion())
                .thenComparing(entry -> entry.getKey().subresource()));
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (Map.Entry<Manager, Owned> entry : sorted) {
            Manager manager = entry.getKey();
            Owned owned = entry.getValue();
            ObjectNode node = out.addObject();
            node.put("manager", manager.name());
            node.put("operation", manager.operation());
            node.put("apiVersion", owned.apiVersion());
            if (owned.time() != null) {
                node.put("time", owned.time().truncatedTo(ChronoUnit.SECONDS).toString());
            }
            node.put("fieldsType", "FieldsV1");
            node.set("fieldsV1", owned.fields().toJson());
            if (!manager.subresource().isEmpty()) {
                node.put("subresource", manager.subresource());
            }
        }
        return out;
    }

    static long seconds(Owned owned) {
        return owned.time() == null ? 0 : owned.time().getEpochSecond();
    }
}
