package io.i2kit.apiserver.storage;

import java.nio.charset.StandardCharsets;

/** Reads and replaces {@code metadata.resourceVersion} in an object's JSON without parsing the rest. */
public final class ResourceVersions {
    private static final byte[] METADATA = "metadata".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RESOURCE_VERSION = "resourceVersion".getBytes(StandardCharsets.UTF_8);

    private ResourceVersions() {}

    /**
     * The same object with another revision.
     *
     * @param json an object whose {@code metadata} has a {@code resourceVersion} string
     */
    public static byte[] replace(byte[] json, long revision) {
        int metadata = JsonBytes.value(json, 0, METADATA);
        JsonBytes.Member version = metadata < 0 ? null : JsonBytes.member(json, metadata, RESOURCE_VERSION);
        if (version == null || json[version.value()] != '"') {
            throw new IllegalArgumentException("the object has no metadata.resourceVersion");
        }
        int value = version.value();
        int end = version.end();
        byte[] text = ('"' + Long.toString(revision) + '"').getBytes(StandardCharsets.US_ASCII);
        byte[] result = new byte[json.length - (end - value) + text.length];
        System.arraycopy(json, 0, result, 0, value);
        System.arraycopy(text, 0, result, value, text.length);
        System.arraycopy(json, end, result, value + text.length, json.length - end);
        return result;
    }
}
