package io.i2kit.cloud.aws;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A bucket of calls of one service: callers wait for their turn instead of being refused. When AWS says that it is too much, the
 * rate halves, and grows again by a tenth of the customary rate with each second that goes well (additive increase, multiplicative
 * decrease), so that several programs in one account share its budget.
 */
final class AwsLimiter {
    private static final double SLOWEST = 0.5;
    private static final long NANOS = Duration.ofSeconds(1).toNanos();

    private final double customary;
    private final double burst;
    private final LongSupplier nanoTime;
    private double rate;
    private double tokens;
    private long filledAt;

    /**
     * @param perSecond the rate that the service sustains
     * @param burst how many calls may come at once after a rest
     */
    AwsLimiter(double perSecond, double burst, LongSupplier nanoTime) {
        this.customary = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
        this.rate = perSecond;
        this.tokens = burst;
        this.filledAt = nanoTime.getAsLong();
    }

    /** Returns when the call may go out. */
    void acquire() throws InterruptedException {
        long wait = reserve();
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    /** Takes one call out of the bucket, which may go below empty; returns for how many nanoseconds to wait. */
    synchronized long reserve() {
        fill();
        tokens -= 1;
        return tokens >= 0 ? 0 : (long) (-tokens / rate * NANOS);
    }

    /** AWS refused a call for its rate. */
    synchronized void throttled() {
        fill();
        rate = Math.max(SLOWEST, rate / 2);
    }

    synchronized double rate() {
        fill();
        return rate;
    }

    private void fill() {
        long now = nanoTime.getAsLong();
        double seconds = (double) (now - filledAt) / NANOS;
        filledAt = now;
        tokens = Math.min(burst, tokens + seconds * rate);
        rate = Math.min(customary, rate + seconds * customary / 10);
    }
}
