package io.i2kit.apiserver.controller;

import java.time.Duration;

/**
 * Waiting times that double with each failure.
 *
 * @param first after the first failure
 * @param longest never exceeded
 */
public record Backoff(Duration first, Duration longest) {
    /**
     * The first as in client-go's {@code DefaultTypedControllerRateLimiter}; that one goes up to 1,000 s, which leaves a user
     * waiting long after the cause is gone.
     */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(5), Duration.ofSeconds(30));

    private static final int LARGEST_SHIFT = 40;

    /** @param failures in a row, 1 or more */
    public Duration after(int failures) {
        long factor = 1L << Math.min(failures - 1, LARGEST_SHIFT);
        Duration wait = first.compareTo(longest.dividedBy(factor)) > 0 ? longest : first.multipliedBy(factor);
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
