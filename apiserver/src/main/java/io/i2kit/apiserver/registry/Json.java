package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.JsonBytes;
import io.i2kit.apiserver.storage.ObjectBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Objects as JSON trees and as the bytes that the store keeps. */
public final class Json {
    /** The one mapper; trees only, no typed models. */
    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final List<String> METADATA_ORDER = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers");
    private static final byte[] METADATA_KEY = "metadata".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LABELS_KEY = "labels".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MANAGED_FIELDS_KEY = "managedFields".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REVISION_KEY = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Parses what the store gave back: known to be an object. */
    public static ObjectNode parse(byte[] json) {
        return (ObjectNode) MAPPER.readTree(json);
    }

    /** As {@link #parse}, but for {@code metadata.managedFields}, which is half of most objects and which few readers need. */
    public static ObjectNode parseWithoutManagedFields(byte[] json) {
        int metadata = JsonBytes.value(json, 0, METADATA_KEY);
        JsonBytes.Member managed = metadata < 0 ? null : JsonBytes.member(json, metadata, MANAGED_FIELDS_KEY);
        return parse(managed == null ? json : JsonBytes.without(json, managed));
    }

    /** {@code metadata.labels} of what the store gave back; empty when there are none. */
    public static ObjectNode labels(byte[] json) {
        int metadata = JsonBytes.value(json, 0, METADATA_KEY);
        JsonBytes.Member labels = metadata < 0 ? null : JsonBytes.member(json, metadata, LABELS_KEY);
        if (labels == null || json[labels.value()] != '{') {
            return object();
        }
        return (ObjectNode) MAPPER.readTree(json, labels.value(), labels.end() - labels.value());
    }

    /** Where the metadata is in an object that the store gave back. */
    public static JsonBytes.Member metadata(byte[] json) {
        return Objects.requireNonNull(JsonBytes.member(json, 0, METADATA_KEY));
    }

    /**
     * Parses what a client sent.
     *
     * @throws ApiException BadRequest when it is no JSON object
     */
    public static ObjectNode parseRequest(byte[] json) {
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw ApiException.badRequest("error decoding the body as JSON: " + e.getOriginalMessage());
        }
        throw ApiException.badRequest("the body is not a JSON object");
    }

    public static byte[] bytes(JsonNode tree) {
        return MAPPER.writeValueAsBytes(tree);
    }

    /** Whether two trees mean the same: member order and the Java type of a number do not count. */
    public static boolean same(JsonNode one, JsonNode other) {
        return one == other || one.equals(Json::compareScalars, other);
    }

    private static int compareScalars(JsonNode one, JsonNode other) {
        if (one.isInt() && other.isInt()) {
            return Integer.compare(one.intValue(), other.intValue());
        }
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    /** A tree in the order that is stored: apiVersion, kind, metadata (in upstream's order), the rest, status last. */
    public static ObjectNode canonical(ObjectNode object) {
        ObjectNode ordered = object();
        move(object, ordered, "apiVersion");
        move(object, ordered, "kind");
        ordered.set("metadata", canonicalMetadata(object.path("metadata")));
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (!ordered.has(entry.getKey()) && !entry.getKey().equals("status")) {
                ordered.set(entry.getKey(), entry.getValue());
            }
        }
        move(object, ordered, "status");
        return ordered;
    }

    private static ObjectNode canonicalMetadata(JsonNode metadata) {
        ObjectNode ordered = object();
        for (String key : METADATA_ORDER) {
            if (key.equals("resourceVersion")) {
                ordered.put(key, "");
            } else {
                move(metadata, ordered, key);
            }
        }
        for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
            if (!ordered.has(entry.getKey())) {
                ordered.set(entry.getKey(), entry.getValue());
            }
        }
        return ordered;
    }

    private static void move(JsonNode from, ObjectNode to, String key) {
        JsonNode value = from.get(key);
        if (value != null && !value.isNull()) {
            to.set(key, value);
        }
    }

    /** Encodes once; the revision is put between the two halves at commit. */
    public static ObjectBody body(ObjectNode object) {
        byte[] json = bytes(canonical(object));
        // What stands before it (apiVersion, kind, names, uid) is validated text, so the first occurrence is the real
        // one.
        int at = indexOf(json, REVISION_KEY) + REVISION_KEY.length;
        return revision -> splice(json, at, Long.toString(revision).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] splice(byte[] json, int at, byte[] revision) {
        byte[] spliced = new byte[json.length + revision.length];
        System.arraycopy(json, 0, spliced, 0, at);
        System.arraycopy(revision, 0, spliced, at, revision.length);
        System.arraycopy(json, at, spliced, at + revision.length, json.length - at);
        return spliced;
    }

    private static int indexOf(byte[] text, byte[] wanted) {
        for (int i = 0; i <= text.length - wanted.length; i++) {
            int matched = 0;
            while (matched < wanted.length && text[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        throw new IllegalStateException("no resourceVersion in an encoded object");
    }
}
