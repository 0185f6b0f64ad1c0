package io.i2kit.apiserver.registry.table;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Durations as {@code k8s.io/apimachinery/pkg/util/duration.HumanDuration} writes them. */
public final class Ages {
    private Ages() {}

    /** The time since an RFC 3339 timestamp, or {@code <unknown>}. */
    public static Column.Timed since(String timestamp) {
        if (timestamp.isEmpty()) {
            return now -> "<unknown>";
        }
        try {
            Instant then = Instant.parse(timestamp);
            return now -> human(Duration.between(then, now));
        } catch (DateTimeParseException e) {
            return now -> "<unknown>";
        }
    }

    public static String human(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        return days(hours);
    }

    private static String days(long hours) {
        long days = hours / 24;
        if (hours < 24 * 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (hours < 24 * 365 * 2) {
            return days + "d";
        }
        long years = days / 365;
        return hours < 24 * 365 * 8 ? two(years, "y", days % 365, "d") : years + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}
