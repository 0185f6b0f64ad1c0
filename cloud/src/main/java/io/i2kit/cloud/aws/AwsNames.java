package io.i2kit.cloud.aws;

import io.i2kit.cloud.provider.CloudException;
import java.util.Map;

/**
 * AWS' names of a cluster's things, and whose a thing is. The cluster's id is part of each name, so two installations in one account
 * cannot meet by name; the tag decides all the same.
 */
public record AwsNames(String clusterId) {
    private static final String PREFIX = "i2kit-";

    /** The name of a group or a launch template of the model. */
    public String of(String name) {
        return PREFIX + clusterId + "-" + name;
    }

    /** Whether a thing with these tags is this cluster's. */
    public boolean owns(Map<String, String> tags) {
        return clusterId.equals(tags.get(AwsTags.CLUSTER));
    }

    /** @throws CloudException.Invalid when it is another's */
    public void requireOwned(String what, Map<String, String> tags) {
        if (!owns(tags)) {
            throw new CloudException.Invalid(what + " exists and belongs to "
                    + (tags.containsKey(AwsTags.CLUSTER)
                            ? "the i2kit cluster " + tags.get(AwsTags.CLUSTER)
                            : "somebody else")
                    + "; i2kit does not touch it");
        }
    }
}
