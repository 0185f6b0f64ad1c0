package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and after which waits a fault is tried again.
 *
 * @param retries further tries after the first
 * @param first wait, doubled each time, with up to a quarter more at random
 */
public record BackOff(int retries, Duration first) {
    /** For a person who waits: some 7 seconds in all. */
    public static final BackOff DEFAULT = new BackOff(3, Duration.ofSeconds(1));

    void sleep(int attempt) throws IOException {
        long millis = first.toMillis() << (attempt - 1);
        try {
            Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
