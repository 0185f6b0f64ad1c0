package io.i2kit.cloud.image;

import java.time.Duration;
import java.util.Locale;

/** Durations in the form of Go, which a kubelet's events have. */
final class Durations {
    private Durations() {}

    static Duration elapsed(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    static String since(long startNanos) {
        return text(elapsed(startNanos));
    }

    /** For example {@code 340ms}, {@code 1.2s}, {@code 1m5s}. */
    static String text(Duration duration) {
        if (duration.toMillis() < 1000) {
            return duration.toMillis() + "ms";
        }
        if (duration.toMinutes() > 0) {
            return duration.toMinutes() + "m" + duration.toSecondsPart() + "s";
        }
        return String.format(Locale.ROOT, "%.3fs", duration.toMillis() / 1000.0)
                .replaceFirst("0+s$", "s")
                .replaceFirst("\\.s$", "s");
    }
}
