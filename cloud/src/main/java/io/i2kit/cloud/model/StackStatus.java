package io.i2kit.cloud.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link Stack}, as far as it is known.
 *
 * @param image of its {@link MachineImage}, or null when the stack has none
 * @param groups by name
 * @param loadBalancers by name
 * @param unpublished what of its names nobody finds and why, for people
 */
public record StackStatus(
        StackId id,
        @Nullable ImageStatus image,
        Map<String, GroupStatus> groups,
        Map<String, LoadBalancerStatus> loadBalancers,
        List<String> unpublished) {
    public StackStatus {
        groups = Map.copyOf(groups);
        loadBalancers = Map.copyOf(loadBalancers);
        unpublished = List.copyOf(unpublished);
    }
}
