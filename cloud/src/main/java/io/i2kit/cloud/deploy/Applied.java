package io.i2kit.cloud.deploy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.cloud.model.CloudResource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which content of which resource the cloud is known to hold. Only hashes are kept: templates hold secrets.
 */
final class Applied {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** A forgotten entry costs one idempotent call. */
    private static final long MAX_ENTRIES = 50_000;

    /** After this time a resource is put again: what somebody changed behind i2kit's back is repaired. */
    private static final Duration TRUSTED = Duration.ofMinutes(10);

    private final Cache<StackRecord.Owned, String> hashes = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(TRUSTED)
            .build();

    boolean holds(CloudResource resource) {
        String known = hashes.getIfPresent(StackRecord.Owned.of(resource));
        return known != null && known.equals(hash(resource));
    }

    void put(CloudResource resource) {
        hashes.put(StackRecord.Owned.of(resource), hash(resource));
    }

    void forget(StackRecord.Owned resource) {
        hashes.invalidate(resource);
    }

    private static String hash(CloudResource resource) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(JSON.writeValueAsBytes(resource)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
