package io.i2kit.apiserver.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds parts of an object's JSON without parsing it. The bytes must be what the store keeps: valid, an object at the top. */
public final class JsonBytes {
    private JsonBytes() {}

    /**
     * A member of the object that begins at some place.
     *
     * @param start of the key's quotation mark, or of the comma before it
     * @param value where its value begins
     * @param end behind the value
     */
    public record Member(int start, int value, int end) {}

    /** The member of that key of the object that begins at {@code start}, or null. */
    public static @Nullable Member member(byte[] json, int start, byte[] key) {
        Place place = find(json, start, key);
        return place == null ? null : new Member(place.start(), place.value(), endOfValue(json, place.value()));
    }

    /** Where the value of that key begins in the object that begins at {@code start}, or -1. */
    public static int value(byte[] json, int start, byte[] key) {
        Place place = find(json, start, key);
        return place == null ? -1 : place.value();
    }

    private record Place(int start, int value) {}

    private static @Nullable Place find(byte[] json, int start, byte[] key) {
        int at = blanks(json, start) + 1;
        while (at < json.length) {
            at = blanks(json, at);
            if (json[at] == '}') {
                return null;
            }
            int memberStart = at;
            if (json[at] == ',') {
                at = blanks(json, at + 1);
            }
            int keyStart = at;
            at = endOfString(json, at);
            boolean found = matches(json, keyStart + 1, at - 1, key);
            int value = blanks(json, blanks(json, at) + 1);
            if (found) {
                return new Place(memberStart, value);
            }
            at = endOfValue(json, value);
        }
        return null;
    }

    /** The same JSON without a member that is not its object's first. */
    public static byte[] without(byte[] json, Member member) {
        byte[] rest = new byte[json.length - (member.end() - member.start())];
        System.arraycopy(json, 0, rest, 0, member.start());
        System.arraycopy(json, member.end(), rest, member.start(), json.length - member.end());
        return rest;
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
