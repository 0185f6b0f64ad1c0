package io.i2kit.cloud.local.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The memory that machines may have together.
 *
 * @param totalMebibytes MiB
 */
record Capacity(long totalMebibytes) {
    /** What the host keeps for itself: the server, the page cache, and each machine's own process. */
    private static final long RESERVE_MEBIBYTES = 768;

    private static final int MEBIBYTE_SHIFT = 20;

    /**
     * @param asked bytes, or 0 for what is free
     * @param usedMebibytes what machines of this cloud that run already have
     */
    static Capacity of(long asked, long usedMebibytes) throws IOException {
        if (asked > 0) {
            return new Capacity(asked >> MEBIBYTE_SHIFT);
        }
        long available = memoryAvailableKibibytes(Files.readString(Path.of("/proc/meminfo"))) >> 10;
        long reserve = Math.min(RESERVE_MEBIBYTES, available / 2);
        return new Capacity(available - reserve + usedMebibytes);
    }

    /** {@code MemAvailable} of {@code /proc/meminfo}, see {@code proc(5)}. */
    static long memoryAvailableKibibytes(String meminfo) throws IOException {
        return meminfo.lines()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/meminfo does not tell MemAvailable"));
    }

    /** Why a machine does not fit, in the Kubernetes scheduler's words, or empty when it does. */
    Optional<String> refusal(long neededMebibytes, long usedMebibytes) {
        long free = totalMebibytes - usedMebibytes;
        if (neededMebibytes <= free) {
            return Optional.empty();
        }
        return Optional.of("0/1 nodes are available: 1 Insufficient memory: needs " + neededMebibytes + " MiB, "
                + Math.max(0, free) + " MiB of " + totalMebibytes + " MiB free, "
                + (neededMebibytes - Math.max(0, free))
                + " MiB missing.");
    }
}
