package io.i2kit.cloud.aws.backup;

import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.ObjectsApi;
import io.i2kit.cloud.provider.CloudException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The newest backup of each cluster, {@code <cluster id>/backup/cluster.jsonl.gz}. A backup holds Secrets and the cluster's keys; the
 * machines' role reads {@code metadata/} only.
 */
public final class AwsBackups {
    private static final String SUFFIX = "/backup/cluster.jsonl.gz";

    private final ObjectsApi objects;
    private final String bucket;

    /** @param bucket of the installation */
    public AwsBackups(ObjectsApi objects, String bucket) {
        this.objects = objects;
        this.bucket = bucket;
    }

    /** @param bytes of the compressed file */
    public record Kept(String cluster, Instant modified, long bytes) {}

    /**
     * Takes the former one's place, all or nothing.
     *
     * @throws CloudException when it is not known to be kept
     */
    public void put(String cluster, byte[] content) {
        Calls.run(() -> objects.put(bucket, cluster + SUFFIX, content));
    }

    /** Empty when the bucket has none of this cluster. */
    public Optional<byte[]> get(String cluster) {
        return Calls.get(() -> objects.get(bucket, cluster + SUFFIX));
    }

    /** Of all clusters of the installation. */
    public List<Kept> list() {
        return Calls.get(() -> objects.list(bucket, "")).stream()
                .filter(object -> object.key().endsWith(SUFFIX))
                .map(object -> new Kept(
                        object.key().substring(0, object.key().length() - SUFFIX.length()),
                        object.modified(),
                        object.bytes()))
                .toList();
    }
}
