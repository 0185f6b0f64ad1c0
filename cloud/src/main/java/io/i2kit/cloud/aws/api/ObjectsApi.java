package io.i2kit.cloud.aws.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Objects of Amazon S3. */
public interface ObjectsApi {
    /** Encrypted as the bucket's default says: by its key, or where it has none by S3's own. */
    void put(String bucket, String key, byte[] content);

    /** Empty when there is none. */
    Optional<byte[]> get(String bucket, String key);

    /** An unknown key is no error. */
    void delete(String bucket, String key);

    /** Those whose keys begin so, 1,000 a call. */
    List<Kept> list(String bucket, String prefix);

    /** An object without its content. */
    record Kept(String key, long bytes, Instant modified) {}
}
