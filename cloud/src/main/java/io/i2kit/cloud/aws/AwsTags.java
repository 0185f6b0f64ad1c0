package io.i2kit.cloud.aws;

import io.i2kit.cloud.model.OwnershipTags;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of the tags on AWS. Whatever i2kit makes for a cluster carries {@link #CLUSTER}; what does not carry this cluster's id is
 * never touched.
 *
 * <p>Instances are an exception in form: the guest reads its machine's tags from the instance metadata service, and that refuses
 * the launch of an instance with a {@code /} in the key of a tag (EC2 User Guide, "Instance tags in metadata"). Kubernetes' keys
 * have no colon, so {@link #ofInstance} writes {@code i2kit.io:pod} for {@code i2kit.io/pod}; the guest finds it under
 * {@code /latest/meta-data/tags/instance/}.
 */
public final class AwsTags {
    public static final String CLUSTER = OwnershipTags.CLUSTER;
    public static final String NAMESPACE = OwnershipTags.NAMESPACE;

    /** The name that the cloud's model gives a thing, where AWS' own name is another. */
    public static final String NAME = "i2kit.io/name";

    /** Of a machine image and its snapshot: the hash of what is in it ({@code MachineImage.name}). */
    public static final String CONTENT_HASH = "i2kit.io/content-hash";

    /** Of groups and instances: the model's name of the launch template. */
    public static final String TEMPLATE = "i2kit.io/launch-template";

    /** Of an instance that is to stop: how many seconds its containers may take, or -1 for what the Pod says. */
    public static final String TERMINATING = "i2kit.io/terminating";

    /** Of instances: the port of the guest's kubelet API. */
    public static final String AGENT_PORT = "i2kit.io/agent-port";

    /** Of templates: the instance types that fit, in the order of preference, with blanks between. */
    public static final String TYPES = "i2kit.io/instance-types";

    /** Of a group whose machines are to end for good: the grace period in seconds. */
    public static final String DELETING = "i2kit.io/deleting";

    /** Of a launch template: the name of a group of no machines that was removed and can be made again from it. */
    public static final String EMPTY_GROUP = "i2kit.io/empty-group";

    /** Of what {@code i2kit aws init} made: the installation's name. */
    public static final String INSTALLATION = "i2kit.io/installation";

    /** Of load balancers: a hash of what can only be chosen when one is made. */
    public static final String PLACEMENT = "i2kit.io/placement";

    /** Of load balancers and target groups: a hash of the settings that were made last. */
    public static final String SETTINGS = "i2kit.io/settings";

    private AwsTags() {}

    /** The same tags with keys that the instance metadata service takes. */
    public static Map<String, String> ofInstance(Map<String, String> tags) {
        Map<String, String> mapped = new LinkedHashMap<>();
        tags.forEach((key, value) -> mapped.put(key.replace('/', ':'), value));
        return mapped;
    }

    /** The inverse of {@link #ofInstance}, without AWS' own tags. */
    public static Map<String, String> fromInstance(Map<String, String> tags) {
        Map<String, String> mapped = new LinkedHashMap<>();
        tags.forEach((key, value) -> {
            if (!key.startsWith("aws:")) {
                mapped.put(key.replace(':', '/'), value);
            }
        });
        return mapped;
    }
}
