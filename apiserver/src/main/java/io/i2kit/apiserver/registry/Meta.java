package io.i2kit.apiserver.registry;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reading and writing {@code metadata} of object trees. */
public final class Meta {
    private static final List<String> WRITABLE = List.of("annotations", "finalizers", "labels", "ownerReferences");

    private Meta() {}

    /** The metadata, made when it is missing. */
    public static ObjectNode of(ObjectNode object) {
        return object.get("metadata") instanceof ObjectNode metadata ? metadata : object.putObject("metadata");
    }

    /** A text of the metadata, or empty. */
    public static String text(JsonNode object, String field) {
        JsonNode value = object.path("metadata").path(field);
        return value.isString() ? value.stringValue() : "";
    }

    public static String name(JsonNode object) {
        return text(object, "name");
    }

    public static String namespace(JsonNode object) {
        return text(object, "namespace");
    }

    public static String uid(JsonNode object) {
        return text(object, "uid");
    }

    public static String resourceVersion(JsonNode object) {
        return text(object, "resourceVersion");
    }

    public static long generation(JsonNode object) {
        return object.path("metadata").path("generation").asLong(0);
    }

    public static void setGeneration(ObjectNode object, long generation) {
        of(object).put("generation", generation);
    }

    /** Whether deletion has begun. */
    public static boolean isDeleting(JsonNode object) {
        return !text(object, "deletionTimestamp").isEmpty();
    }

    public static List<String> finalizers(JsonNode object) {
        List<String> names = new ArrayList<>();
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            names.add(finalizer.asString());
        }
        return names;
    }

    public static void setFinalizers(ObjectNode object, List<String> names) {
        ObjectNode metadata = of(object);
        if (names.isEmpty()) {
            metadata.remove("finalizers");
            return;
        }
        ArrayNode array = metadata.putArray("finalizers");
        names.forEach(array::add);
    }

    /** RFC 3339 with whole seconds in UTC, as {@code metav1.Time} is written. */
    public static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Sets back what clients may change of the metadata, for writes that leave it alone. */
    public static void keepWritable(JsonNode old, ObjectNode object) {
        WRITABLE.forEach(field -> copy(old, object, field));
    }

    /** Copies a field of the metadata, or removes it where the source has none. */
    public static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.path("metadata").get(field);
        if (value == null) {
            of(to).remove(field);
        } else {
            of(to).set(field, value.deepCopy());
        }
    }
}
