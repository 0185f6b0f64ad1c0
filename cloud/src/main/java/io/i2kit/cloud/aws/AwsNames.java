package io.i2kit.cloud.aws;

import io.i2kit.cloud.provider.CloudException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

    /** The first hexadecimal digits of a text's SHA-256, 64 at most. */
    public static String hash(String text, int digits) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, digits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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
