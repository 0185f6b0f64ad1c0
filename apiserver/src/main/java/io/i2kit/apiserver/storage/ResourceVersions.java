package io.i2kit.apiserver.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
        int metadata = valueOf(json, 0, METADATA);
        int value = metadata < 0 ? -1 : valueOf(json, metadata, RESOURCE_VERSION);
        if (value < 0 || json[value] != '"') {
            throw new IllegalArgumentException("the object has no metadata.resourceVersion");
        }
        int end = endOfString(json, value);
        byte[] text = ('"' + Long.toString(revision) + '"').getBytes(StandardCharsets.US_ASCII);
        byte[] result = new byte[json.length - (end - value) + text.length];
        System.arraycopy(json, 0, result, 0, value);
        System.arraycopy(text, 0, result, value, text.length);
        System.arraycopy(json, end, result, value + text.length, json.length - end);
        return result;
    }

    /** Where the value of a key of the object that starts at {@code start} begins, or -1. */
    private static int valueOf(byte[] json, int start, byte[] key) {
        int at = blanks(json, start) + 1;
        while (at < json.length) {
            at = blanks(json, at);
            if (json[at] == '}') {
                return -1;
            }
            if (json[at] == ',') {
                at = blanks(json, at + 1);
            }
            int keyStart = at;
            at = endOfString(json, at);
            boolean found = matches(json, keyStart + 1, at - 1, key);
            at = blanks(json, blanks(json, at) + 1);
            if (found) {
                return at;
            }
            at = endOfValue(json, at);
        }
        return -1;
    }

    private static boolean matches(byte[] json, int from, int to, byte[] key) {
        return Arrays.equals(json, from, to, key, 0, key.length);
    }

    private static int blanks(byte[] json, int at) {
        int next = at;
        while (json[next] == ' ' || json[next] == '\n' || json[next] == '\r' || json[next] == '\t') {
            next++;
        }
        return next;
    }

    /** Behind the closing quotation mark. */
    private static int endOfString(byte[] json, int start) {
        int at = start + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int endOfValue(byte[] json, int start) {
        int depth = 0;
        int at = start;
        while (true) {
            byte next = json[at];
            if (next == '"') {
                at = endOfString(json, at);
            } else if (next == '{' || next == '[') {
                depth++;
                at++;
            } else if (depth == 0 && (next == ',' || next == '}')) {
                return at;
            } else {
                depth -= next == '}' || next == ']' ? 1 : 0;
                at++;
            }
        }
    }
}
