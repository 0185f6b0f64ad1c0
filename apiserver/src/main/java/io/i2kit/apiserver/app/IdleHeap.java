package io.i2kit.apiserver.app;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Gives memory back that work has left behind: the collector in use shrinks the heap in a full collection only, and an idle server
 * has none. A collection stops the server for a tenth of a second, so it waits until there is little to do.
 */
final class IdleHeap {
    /** What a collection must promise. */
    private static final long WORTHWHILE_BYTES = 32L << 20;

    /** Of one processor, in percent. */
    private static final long IDLE_PERCENT = 10;

    private final LongSupplier committedBytes;
    private final LongSupplier cpuNanos;
    private final Runnable collect;
    private long lastCpuNanos;
    private long settledBytes;

    /**
     * @param committedBytes the heap's size
     * @param cpuNanos processor time of this process so far
     * @param collect makes a full collection
     */
    IdleHeap(LongSupplier committedBytes, LongSupplier cpuNanos, Runnable collect) {
        this.committedBytes = committedBytes;
        this.cpuNanos = cpuNanos;
        this.collect = collect;
        this.lastCpuNanos = cpuNanos.getAsLong();
    }

    /** Of this process. */
    static IdleHeap own() {
        return new IdleHeap(
                Runtime.getRuntime()::totalMemory,
                () -> ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos(),
                System::gc);
    }

    /** @param interval since the last look; the first one, after a start, collects in any case */
    void look(Duration interval) {
        long cpu = cpuNanos.getAsLong();
        boolean idle = (cpu - lastCpuNanos) * 100 < interval.toNanos() * IDLE_PERCENT;
        lastCpuNanos = cpu;
        if (settledBytes == 0 || idle && committedBytes.getAsLong() >= settledBytes + WORTHWHILE_BYTES) {
            collect.run();
            settledBytes = committedBytes.getAsLong();
        }
    }
}
