package io.i2kit.cloud.local.daemon.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The host's processes, by {@code proc(5)}. A machine outlives the process that started it, so it is found by its arguments:
 * they are there from the first moment on, before any file or socket of it.
 */
public final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** A process and its arguments. */
    public record Entry(long pid, List<String> arguments) {
        /** The argument after an option, or empty. */
        public String option(String name) {
            int index = arguments.indexOf(name);
            return index < 0 || index + 1 >= arguments.size() ? "" : arguments.get(index + 1);
        }
    }

    /** Every process that has arguments; those that end meanwhile are left out. */
    public static List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                List<String> arguments = arguments(process);
                if (!arguments.isEmpty()) {
                    entries.add(new Entry(Long.parseLong(process.getFileName().toString()), arguments));
                }
            }
        }
        return entries;
    }

    private static List<String> arguments(Path process) {
        try {
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            return line.isEmpty() ? List.of() : Arrays.asList(line.split("\0", -1));
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Whether a process runs. One that nobody waited for (its parent is gone, and what adopted it does not care) does not,
     * though it still has a number.
     */
    public static boolean runs(long pid) {
        try {
            String stat =
                    Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException | StringIndexOutOfBoundsException e) {
            return false;
        }
    }
}
