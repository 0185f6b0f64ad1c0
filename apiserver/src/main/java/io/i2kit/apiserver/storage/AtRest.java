package io.i2kit.apiserver.storage;

import java.util.List;

/** How objects and records are written to disk: plain, or so that the disk alone does not give them away. */
public interface AtRest {
    /** Everything plain. What is sealed cannot be read. */
    AtRest PLAIN = new Encryption(List.of());

    /**
     * What was read.
     *
     * @param stale whether it would now be written in another way
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Opened(byte[] plain, boolean stale) {}

    /**
     * @param resource as in {@link ObjectKey}, empty for private records
     * @param place where it is kept; it can be opened there only
     */
    byte[] seal(String resource, byte[] place, byte[] plain);

    /** @throws StorageException.Unavailable when the key that sealed it is not there, or it was tampered with */
    Opened open(String resource, byte[] place, byte[] stored);
}
