package io.i2kit.cloud.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine as the cloud reports it.
 *
 * @param id the cloud's id, for example {@code i-0abc…}; never used twice
 * @param group name of its {@link InstanceGroup}
 * @param launchTemplate name of the template that it was started from
 * @param address IPv4 address inside the cluster (the Pod address), or null while none is known
 * @param agent where the i2kit server reaches the guest's kubelet API, {@code host:port}, or null while none is known
 * @param healthy whether the load balancers' check of the guest's {@code /ready} passes
 * @param reason for an instance that ended or could not start: a CamelCase word; else empty
 * @param message the same for people; else empty
 */
public record Instance(
        String id,
        String group,
        String launchTemplate,
        State state,
        String zone,
        String machineType,
        @Nullable String address,
        @Nullable String agent,
        boolean healthy,
        Instant launchedAt,
        Map<String, String> tags,
        String reason,
        String message) {
    public Instance {
        tags = Map.copyOf(tags);
    }

    /** The tag that names the Pod a machine is bound to, as {@code namespace/name}. */
    public static final String POD_TAG = "i2kit.io/pod";

    /** The tag with the uid of that Pod. */
    public static final String POD_UID_TAG = "i2kit.io/pod-uid";

    /** A machine's life; it only moves down this list. */
    public enum State {
        PENDING,
        RUNNING,
        SHUTTING_DOWN,
        TERMINATED
    }
}
