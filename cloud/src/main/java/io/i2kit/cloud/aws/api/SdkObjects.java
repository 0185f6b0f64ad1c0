package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@link ObjectsApi} over the wire. */
public record SdkObjects(AwsClients clients) implements ObjectsApi {
    @Override
    public void put(String bucket, String key, byte[] content) {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType("application/json")
                .build();
        SdkCalls.call(() -> clients.s3().putObject(request, RequestBody.fromBytes(content)));
    }

    @Override
    public void delete(String bucket, String key) {
        DeleteObjectRequest request =
                DeleteObjectRequest.builder().bucket(bucket).key(key).build();
        SdkCalls.call(() -> clients.s3().deleteObject(request));
    }

    @Override
    public List<String> keys(String bucket, String prefix) {
        ListObjectsV2Request request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
        return SdkCalls.call(() -> clients.s3().listObjectsV2Paginator(request).contents().stream()
                .map(S3Object::key)
                .toList());
    }
}
