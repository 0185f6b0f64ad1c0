package io.i2kit.apiserver.http.content;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** {@code metav1.MicroTime}: RFC 3339 with six digits. */
public final class MicroTimes {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private MicroTimes() {}

    public static String text(Instant instant) {
        return FORMAT.format(instant);
    }
}
