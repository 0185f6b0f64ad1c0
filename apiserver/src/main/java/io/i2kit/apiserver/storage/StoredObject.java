package io.i2kit.apiserver.storage;

/**
 * One version of an object.
 *
 * @param revision the store's revision at which it was written; the {@code metadata.resourceVersion} in {@link #json}
 * @param json the object as UTF-8 JSON, without insignificant white space; never modified
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose: one encoding serves every reader
public record StoredObject(ObjectKey key, long revision, byte[] json) {}
