package io.i2kit.translator.status;

import io.i2kit.cloud.model.GuestStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.translator.ContainerImage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of the machine of one Pod.
 *
 * @param instance that the Pod is bound to, or null; an instance that the cloud has forgotten is given as terminated
 * @param guest its latest report, or null while none came
 * @param images by container name, as far as they are resolved
 * @param waiting why containers do not start yet, by container name; under the empty name for all
 * @param unschedulable why no machine can be had, or empty
 */
public record MachineReport(
        @Nullable Instance instance,
        @Nullable GuestStatus guest,
        Map<String, ContainerImage> images,
        Map<String, Waiting> waiting,
        String unschedulable) {
    /** Nothing is known yet. */
    public static final MachineReport NONE = new MachineReport(null, null, Map.of(), Map.of(), "");

    public MachineReport {
        images = Map.copyOf(images);
        waiting = Map.copyOf(waiting);
    }

    /** The waiting state of a container, for example {@code ErrImagePull} with the registry's answer. */
    public record Waiting(String reason, String message) {}

    /** Whether the machine is gone. */
    boolean isEnded() {
        return instance != null && instance.state() == Instance.State.TERMINATED;
    }
}
