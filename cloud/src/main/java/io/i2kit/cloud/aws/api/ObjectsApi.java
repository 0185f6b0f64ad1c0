package io.i2kit.cloud.aws.api;

import java.util.List;

/** Objects of Amazon S3. */
public interface ObjectsApi {
    /** Encrypted as the bucket's default says: by its key, or where it has none by S3's own. */
    void put(String bucket, String key, byte[] content);

    /** An unknown key is no error. */
    void delete(String bucket, String key);

    /** Keys with this beginning, 1,000 a call. */
    List<String> keys(String bucket, String prefix);
}
