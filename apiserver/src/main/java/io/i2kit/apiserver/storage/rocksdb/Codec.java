package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.WatchEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How keys and values are laid out on disk. Integers are big-endian, so that RocksDB's order of bytes is theirs.
 *
 * <pre>
 * version key     resource 0 namespace 0 name 0 revision:8
 * version value   flags:1 expires:8 json              flags: 1 = deletion; expires: epoch milliseconds, 0 = never
 * change key      revision:8
 * change value    type:1 families:1 previous:8 time:8 bytes:4 resource 0 namespace 0 name 0
 * </pre>
 */
final class Codec {
    private static final int HEADER_BYTES = 9;
    private static final int CHANGE_HEADER_BYTES = 22;
    private static final byte DELETION = 1;

    private Codec() {}

    /**
     * One version of an object as it is stored.
     *
     * @param expiresAtMillis 0 for never
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Version(ObjectKey key, long revision, boolean deletion, long expiresAtMillis, byte[] json) {}

    /**
     * An entry of the changelog.
     *
     * @param ephemeral whether this version is in the family of ephemeral objects
     * @param previousEphemeral likewise for the version before
     * @param previous revision of the version before, or 0
     * @param bytes of JSON that this entry keeps from being forgotten
     */
    record Change(
            ObjectKey key,
            long revision,
            WatchEvent.Type type,
            boolean ephemeral,
            boolean previousEphemeral,
            long previous,
            long timeMillis,
            int bytes) {}

    static byte[] revision(long revision) {
        return ByteBuffer.allocate(8).putLong(revision).array();
    }

    static long revision(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static byte[] versionKey(ObjectKey key, long revision) {
        byte[] prefix = keyBytes(key);
        return ByteBuffer.allocate(prefix.length + 8)
                .put(prefix)
                .putLong(revision)
                .array();
    }

    /** What the version keys of a resource, or of one namespace of it, begin with. */
    static byte[] keyPrefix(String resource, String namespace) {
        String text = resource + '\0' + (namespace.isEmpty() ? "" : namespace + '\0');
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Above all version keys of an object, below those of the next: no revision is negative. */
    static byte[] behindVersions(ObjectKey key) {
        return versionKey(key, -1);
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Whether two version keys are of one object. */
    static boolean isVersionOf(byte[] key, byte[] other) {
        return key.length == other.length && Arrays.equals(key, 0, key.length - 8, other, 0, other.length - 8);
    }

    /** The object of a version key. */
    static ObjectKey key(byte[] versionKey) {
        return key(versionKey, 0, versionKey.length - 8);
    }

    /** The revision of a version key. */
    static long versionRevision(byte[] versionKey) {
        return ByteBuffer.wrap(versionKey).getLong(versionKey.length - 8);
    }

    static byte[] versionValue(boolean deletion, long expiresAtMillis, byte[] json) {
        return ByteBuffer.allocate(HEADER_BYTES + json.length)
                .put(deletion ? DELETION : 0)
                .putLong(expiresAtMillis)
                .put(json)
                .array();
    }

    static Version version(byte[] key, byte[] value) {
        ByteBuffer header = ByteBuffer.wrap(value);
        boolean deletion = header.get() == DELETION;
        long expires = header.getLong();
        byte[] json = new byte[value.length - HEADER_BYTES];
        header.get(json);
        long revision = ByteBuffer.wrap(key).getLong(key.length - 8);
        return new Version(key(key, 0, key.length - 8), revision, deletion, expires, json);
    }

    static byte[] changeValue(Change change) {
        byte[] key = keyBytes(change.key());
        return ByteBuffer.allocate(CHANGE_HEADER_BYTES + key.length)
                .put((byte) change.type().ordinal())
                .put((byte) ((change.ephemeral() ? 1 : 0) | (change.previousEphemeral() ? 2 : 0)))
                .putLong(change.previous())
                .putLong(change.timeMillis())
                .putInt(change.bytes())
                .put(key)
                .array();
    }

    static Change change(byte[] key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        WatchEvent.Type type = WatchEvent.Type.values()[in.get()];
        byte families = in.get();
        long previous = in.getLong();
        long time = in.getLong();
        int bytes = in.getInt();
        ObjectKey name = key(value, CHANGE_HEADER_BYTES, value.length - CHANGE_HEADER_BYTES);
        return new Change(name, revision(key), type, (families & 1) != 0, (families & 2) != 0, previous, time, bytes);
    }

    private static byte[] keyBytes(ObjectKey key) {
        return (key.resource() + '\0' + key.namespace() + '\0' + key.name() + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectKey key(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        int first = text.indexOf('\0');
        int second = text.indexOf('\0', first + 1);
        return new ObjectKey(
                text.substring(0, first),
                text.substring(first + 1, second),
                text.substring(second + 1, text.length() - 1));
    }
}
