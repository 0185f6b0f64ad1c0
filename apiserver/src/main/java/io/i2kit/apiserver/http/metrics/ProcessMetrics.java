package io.i2kit.apiserver.http.metrics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** {@code process_*} as Prometheus' clients name them, and the heap. What the host does not tell is left out. */
final class ProcessMetrics implements Consumer<MetricsText> {
    private static final double NANOS = 1e9;

    @Override
    public void accept(MetricsText text) {
        Runtime runtime = Runtime.getRuntime();
        text.single(
                "jvm_memory_used_bytes",
                "gauge",
                "Heap in use.",
                (double) runtime.totalMemory() - runtime.freeMemory());
        text.single(
                "process_start_time_seconds",
                "gauge",
                "Start time of the process since unix epoch in seconds.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
            text.single(
                    "process_cpu_seconds_total",
                    "counter",
                    "Total user and system CPU time spent in seconds.",
                    unix.getProcessCpuTime() / NANOS);
            text.single(
                    "process_open_fds", "gauge", "Number of open file descriptors.", unix.getOpenFileDescriptorCount());
            text.single(
                    "process_max_fds",
                    "gauge",
                    "Maximum number of open file descriptors.",
                    unix.getMaxFileDescriptorCount());
        }
        memory(text);
    }

    private static void memory(MetricsText text) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    text.single(
                            "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", bytes(line));
                } else if (line.startsWith("VmSize:")) {
                    text.single("process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", bytes(line));
                }
            }
        } catch (IOException e) {
            // Only Linux has it.
            return;
        }
    }

    private static double bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
    }
}
