package io.i2kit.cloud.local.daemon;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param bootPoll between two health checks of a machine that has not answered yet
 * @param healthPeriod between two health checks of one that has
 * @param healthTimeout of one check
 * @param bootSlot how long a machine counts as booting when its guest does not answer
 * @param propagation from leaving the load balancers to the guest's notice to stop
 * @param killMargin beyond the grace period, until a machine is ended by force
 * @param retryAtLeast after a failed launch, before the next one; doubled with each failure in a row
 * @param retryAtMost bound of that
 * @param remembered how long ended machines are still described
 */
public record Timings(
        Duration bootPoll,
        Duration healthPeriod,
        Duration healthTimeout,
        Duration bootSlot,
        Duration propagation,
        Duration killMargin,
        Duration retryAtLeast,
        Duration retryAtMost,
        Duration remembered) {

    /** What people get. */
    public static Timings customary() {
        return new Timings(
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10));
    }
}
