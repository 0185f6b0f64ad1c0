package io.i2kit.cloud.model;

import java.time.Instant;
import java.util.List;

/**
 * What the cloud knows of one group.
 *
 * @param instances including those that ended in the last minutes
 * @param problems launches that did not succeed, newest last
 */
public record GroupStatus(String name, int desired, List<Instance> instances, List<Problem> problems) {
    public GroupStatus {
        instances = List.copyOf(instances);
        problems = List.copyOf(problems);
    }

    /**
     * A launch that could not be made; it is tried again.
     *
     * @param reason a CamelCase word: {@code InsufficientCapacity}, {@code LaunchFailed} …
     * @param message for people, with figures: how much is missing
     */
    public record Problem(Instant at, String reason, String message) {}
}
