package io.i2kit.cloud;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads and processes do. */
public final class Await {
    private static final int LOOK_MILLIS = 5;

    private Await() {}

    /**
     * @param state is shown when the condition does not come true in time
     */
    public static void until(String what, Duration patience, BooleanSupplier condition, Supplier<?> state) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience + ": " + what + "; " + state.get());
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
