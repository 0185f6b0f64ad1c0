package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** {@link ObjectsApi} over the wire. */
public record SdkObjects(AwsClients clients) implements ObjectsApi {
    @Override
    public void put(String bucket, String key, byte[] content) {
        PutObjectRequest request =
                PutObjectRequest.builder().bucket(bucket).key(key).build();
        SdkCalls.call(() -> clients.s3().putObject(request, RequestBody.fromBytes(content)));
    }

    @Override
    public void delete(String bucket, String key) {
        DeleteObjectRequest request =
                DeleteObjectRequest.builder().bucket(bucket).key(key).build();
        SdkCalls.call(() -> clients.s3().deleteObject(request));
    }

    @Override
    public Optional<byte[]> get(String bucket, String key) {
        GetObjectRequest request =
                GetObjectRequest.builder().bucket(bucket).key(key).build();
        return SdkCalls.call(() -> {
            try {
                return Optional.of(clients.s3().getObjectAsBytes(request).asByteArray());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public List<Kept> list(String bucket, String prefix) {
        ListObjectsV2Request request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
        return SdkCalls.call(() -> clients.s3().listObjectsV2Paginator(request).contents().stream()
                .map(object -> new Kept(object.key(), object.size(), object.lastModified()))
                .toList());
    }
}
