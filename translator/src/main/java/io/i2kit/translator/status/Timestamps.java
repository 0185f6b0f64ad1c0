package io.i2kit.translator.status;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** {@code metav1.Time}: RFC 3339 in UTC with whole seconds. */
public final class Timestamps {
    private Timestamps() {}

    public static String format(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Any RFC 3339 time in Kubernetes' form; null for what is none (a guest's clock may not be set). */
    public static @Nullable String normalize(@Nullable String time) {
        if (time == null || time.isEmpty()) {
            return null;
        }
        try {
            return format(OffsetDateTime.parse(time).toInstant());
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }
}
