package io.i2kit.cloud.model;

import java.util.Map;

/**
 * A set of machines started from one launch template. The cloud keeps {@link #desired} machines alive by itself.
 *
 * @param launchTemplate name of the {@link LaunchTemplate}
 * @param desired how many machines are to run
 * @param replaceFailed whether a machine that ended is replaced (false for a bare Pod)
 * @param tags ownership and user tags
 */
public record InstanceGroup(
        String name, String launchTemplate, int desired, boolean replaceFailed, Map<String, String> tags)
        implements CloudResource {
    public InstanceGroup {
        tags = Map.copyOf(tags);
    }
}
