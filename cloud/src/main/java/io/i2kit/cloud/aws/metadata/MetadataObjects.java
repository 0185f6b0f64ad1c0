package io.i2kit.cloud.aws.metadata;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.api.ObjectsApi;
import io.i2kit.cloud.model.LaunchTemplate;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metadata of each launch template. User data is readable by whoever may describe launch templates, and holds at most 16 KiB;
 * so it only says where the object is, and the object is readable by the machines' role alone.
 */
public final class MetadataObjects {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int VERSION = 1;

    private final ObjectsApi objects;
    private final AwsOptions options;

    public MetadataObjects(ObjectsApi objects, AwsOptions options) {
        this.objects = objects;
        this.options = options;
    }

    /**
     * What the guest finds as user data, in JSON.
     *
     * @param version 1
     * @param endpoint of S3 where it is not AWS' own
     * @param containersUseRole whether containers reach the instance metadata service, and so the instance's role
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record UserData(
            @JsonProperty("i2kit") int version,
            String region,
            String bucket,
            String key,
            @Nullable String endpoint,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean containersUseRole) {}

    /** Machines that start from now on read this. */
    public void put(LaunchTemplate template) {
        objects.put(bucket(), key(template.name()), JSON.writeValueAsBytes(template.metadata()));
    }

    /** An unknown template is no error. */
    public void delete(String templateName) {
        objects.delete(bucket(), key(templateName));
    }

    /** The user data of a template's machines. */
    public String userData(LaunchTemplate template) {
        URI endpoint = options.endpoint();
        return JSON.writeValueAsString(new UserData(
                VERSION,
                options.region(),
                bucket(),
                key(template.name()),
                endpoint == null ? null : endpoint.toString(),
                template.tags().containsKey(LaunchTemplate.ROLE)));
    }

    /** Where a template's object is in the bucket. */
    public String key(String templateName) {
        return options.clusterId() + "/metadata/" + templateName + ".json";
    }

    private String bucket() {
        return options.installation().bucket();
    }
}
