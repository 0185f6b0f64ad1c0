package io.i2kit.cloud.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link Stack}, as far as it is known.
 *
 * @param image of its {@link MachineImage}, or null when the stack has none
 * @param groups by name
 * @param loadBalancers by name
 */
public record StackStatus(
        StackId id,
        @Nullable ImageStatus image,
        Map<String, GroupStatus> groups,
        Map<String, LoadBalancerStatus> loadBalancers) {
    public StackStatus {
        groups = Map.copyOf(groups);
        loadBalancers = Map.copyOf(loadBalancers);
    }
}
