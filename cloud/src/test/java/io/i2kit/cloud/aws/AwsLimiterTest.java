package io.i2kit.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** By a clock of the test's own. */
class AwsLimiterTest {
    private final AtomicLong now = new AtomicLong();
    private final AwsLimiter limiter = new AwsLimiter(5, 3, now::get);

    @Test
    void aBurstGoesAtOnceAndThenCallersWaitForTheirTurn() {
        assertThat(limiter.reserve()).isZero();
        assertThat(limiter.reserve()).isZero();
        assertThat(limiter.reserve()).isZero();
        assertThat(limiter.reserve()).isEqualTo(Duration.ofMillis(200).toNanos());
        assertThat(limiter.reserve()).isEqualTo(Duration.ofMillis(400).toNanos());
        pass(Duration.ofSeconds(1));
        assertThat(limiter.reserve()).isZero();
    }

    @Test
    void aRefusalHalvesTheRateAndTimeBringsItBack() {
        limiter.throttled();
        assertThat(limiter.rate()).isEqualTo(2.5);
        limiter.throttled();
        limiter.throttled();
        limiter.throttled();
        assertThat(limiter.rate()).isEqualTo(0.5);
        pass(Duration.ofSeconds(4));
        assertThat(limiter.rate()).isEqualTo(2.5);
        pass(Duration.ofSeconds(60));
        assertThat(limiter.rate()).isEqualTo(5);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
