package io.i2kit.apiserver.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes used up to now, from {@code /proc}.
 *
 * @param cpuMillis user and system, of all together
 * @param residentMebibytes of the first one alone: the API server, not its database
 */
record ProcessUse(long cpuMillis, long residentMebibytes) {
    /** {@code sysconf(_SC_CLK_TCK)} of Linux. */
    private static final int TICKS_A_SECOND = 100;

    static ProcessUse of(List<Long> pids) throws IOException {
        long cpu = 0;
        for (long pid : pids) {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            cpu += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1000 / TICKS_A_SECOND;
        }
        return new ProcessUse(cpu, pids.isEmpty() ? 0 : resident(pids.getFirst()));
    }

    private static long resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return 0;
    }
}
