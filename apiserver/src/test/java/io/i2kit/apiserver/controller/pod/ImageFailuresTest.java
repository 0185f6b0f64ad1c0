package io.i2kit.apiserver.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageFailuresTest {
    private static final Map<String, ImageFailures.Problem> PROBLEM =
            Map.of("web", new ImageFailures.Problem("nginx:no", "ErrImagePull", "manifest unknown"));

    private Instant now = Instant.parse("2026-05-01T12:00:00Z");
    private final ImageFailures failures = new ImageFailures(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @Test
    void theErrorIsShownFirstAndThenTheBackOff() {
        assertThat(failures.pause("u")).isNull();
        failures.failed("u", PROBLEM);
        assertThat(failures.pause("u").waiting().get("web").reason()).isEqualTo("ErrImagePull");
        now = now.plusSeconds(4);
        ImageFailures.Pause pause = failures.pause("u");
        assertThat(pause.backingOff()).isTrue();
        assertThat(pause.waiting().get("web").reason()).isEqualTo("ImagePullBackOff");
        assertThat(pause.waiting().get("web").message())
                .isEqualTo("Back-off pulling image \"nginx:no\": ErrImagePull: manifest unknown");
        assertThat(pause.next()).isEqualTo(Duration.ofSeconds(6));
        now = now.plusSeconds(6);
        assertThat(failures.pause("u")).as("a try is due").isNull();
        assertThat(failures.latest("u").get("web").reason()).isEqualTo("ImagePullBackOff");
    }

    @Test
    void theWaitDoublesToFiveMinutes() {
        long expected = 10;
        for (int failure = 0; failure < 12; failure++) {
            failures.failed("u", PROBLEM);
            now = now.plusSeconds(Math.min(expected, 300) - 1);
            assertThat(failures.pause("u")).as("failure %d", failure).isNotNull();
            now = now.plusSeconds(1);
            assertThat(failures.pause("u")).as("failure %d", failure).isNull();
            expected *= 2;
        }
        failures.succeeded("u");
        failures.failed("u", PROBLEM);
        now = now.plusSeconds(10);
        assertThat(failures.pause("u")).isNull();
    }

    @Test
    void aNameThatIsWrongIsNotBackedOffFrom() {
        failures.failed("u", Map.of("web", new ImageFailures.Problem("N:", "InvalidImageName", "bad")));
        now = now.plusSeconds(5);
        assertThat(failures.pause("u").waiting().get("web").reason()).isEqualTo("InvalidImageName");
    }
}
