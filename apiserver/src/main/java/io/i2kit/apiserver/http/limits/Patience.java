package io.i2kit.apiserver.http.limits;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits of a server that ends. */
public final class Patience {
    private static final Duration LOOK = Duration.ofMillis(5);

    private Patience() {}

    /** Returns when the condition holds, or after so long, or when the thread is interrupted (which it is then still). */
    public static void until(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
