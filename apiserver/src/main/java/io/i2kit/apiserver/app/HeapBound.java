package io.i2kit.apiserver.app;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps the heap near what lives in it. The collector in use looks at old objects only when the heap has reached its limit, and gives
 * nothing back before: a server that was busy once would hold the limit for ever. A collection stops the server for a tenth of a
 * second, so one waits until there is little to do, or until the heap is half as large again as the last one left it.
 */
final class HeapBound {
    /** What a collection must promise when there is time for it. */
    private static final long WORTHWHILE_BYTES = 32L << 20;

    /** What it must promise at least when there is none. */
    private static final long WORTH_A_PAUSE_BYTES = 40L << 20;

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
    HeapBound(LongSupplier committedBytes, LongSupplier cpuNanos, Runnable collect) {
        this.committedBytes = committedBytes;
        this.cpuNanos = cpuNanos;
        this.collect = collect;
        this.lastCpuNanos = cpuNanos.getAsLong();
    }

    /** Of this process. */
    static HeapBound own() {
        return new HeapBound(
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
        long growth = committedBytes.getAsLong() - settledBytes;
        if (settledBytes == 0
                || growth >= (idle ? WORTHWHILE_BYTES : Math.max(settledBytes / 2, WORTH_A_PAUSE_BYTES))) {
            collect.run();
            settledBytes = committedBytes.getAsLong();
        }
    }
}
