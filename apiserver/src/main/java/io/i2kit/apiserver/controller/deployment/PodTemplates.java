package io.i2kit.apiserver.controller.deployment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares and names Pod templates. */
final class PodTemplates {
    static final String HASH_LABEL = "pod-template-hash";

    /** {@code k8s.io/apimachinery/pkg/util/rand}: letters and digits that make no words and are not taken for each other. */
    private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";

    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private PodTemplates() {}

    /**
     * The value of {@link #HASH_LABEL}. As upstream a 32-bit FNV-1a hash, safe-encoded; upstream hashes Go's dump of the structure,
     * which no other language has, so here the template's JSON with sorted keys is hashed.
     *
     * @param collisions {@code status.collisionCount}, or null
     */
    static String hash(JsonNode template, @Nullable Integer collisions) {
        int hash = fnv(FNV_OFFSET, canonical(withoutHash(template)).getBytes(StandardCharsets.UTF_8));
        if (collisions != null) {
            hash = fnv(
                    hash,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(collisions)
                            .array());
        }
        StringBuilder encoded = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            encoded.append(SAFE.charAt(digit % SAFE.length()));
        }
        return encoded.toString();
    }

    /** {@code EqualIgnoreHash}: what a Deployment asks for and what a ReplicaSet has. */
    static boolean same(JsonNode one, JsonNode other) {
        return canonical(withoutHash(one)).equals(canonical(withoutHash(other)));
    }

    /** JSON text that is equal for trees that mean the same: keys sorted, nulls left out. */
    static String canonical(JsonNode tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out);
        return out.toString();
    }

    private static JsonNode withoutHash(JsonNode template) {
        JsonNode copy = template.deepCopy();
        if (copy.path("metadata").get("labels") instanceof ObjectNode labels) {
            labels.remove(HASH_LABEL);
        }
        return copy;
    }

    private static void write(JsonNode node, StringBuilder out) {
        switch (node) {
            case ObjectNode object -> {
                TreeMap<String, JsonNode> sorted = new TreeMap<>();
                object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
                sorted.values().removeIf(JsonNode::isNull);
                out.append('{');
                sorted.forEach((key, value) -> {
                    out.append('"').append(key).append("\":");
                    write(value, out);
                    out.append(',');
                });
                out.append('}');
            }
            case ArrayNode array -> {
                out.append('[');
                array.forEach(element -> {
                    write(element, out);
                    out.append(',');
                });
                out.append(']');
            }
            default -> out.append(node);
        }
    }

    private static int fnv(int start, byte[] bytes) {
        int hash = start;
        for (byte next : bytes) {
            hash = (hash ^ (next & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
