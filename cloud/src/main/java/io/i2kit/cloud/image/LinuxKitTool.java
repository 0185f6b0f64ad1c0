package io.i2kit.cloud.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The stock {@code linuxkit} program (github.com/linuxkit/linuxkit). */
public final class LinuxKitTool {
    /** Why it is not found, and what to do. */
    public static final String MISSING =
            "the linuxkit tool is not on this host's PATH: install it from https://github.com/linuxkit/linuxkit/releases"
                    + " (or with Go: go install github.com/linuxkit/linuxkit/src/cmd/linuxkit@latest),"
                    + " or use --builder builtin, which needs no tool";

    private static final String NAME = "linuxkit";
    private static final long LIMIT_MINUTES = 30;
    private static final int SHOWN_LINES = 5;

    private final Path program;

    private LinuxKitTool(Path program) {
        this.program = program;
    }

    /** @param directories where to look, in this order */
    static Optional<LinuxKitTool> find(List<Path> directories) {
        return directories.stream()
                .map(directory -> directory.resolve(NAME))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .map(LinuxKitTool::new);
    }

    /** The one on PATH, else the one in the cache, where the tests' set-up puts it. */
    public static Optional<LinuxKitTool> find(Path cache) {
        List<Path> directories = new ArrayList<>();
        String path = System.getenv("PATH");
        for (String directory : path == null ? new String[0] : path.split(":")) {
            if (!directory.isEmpty()) {
                directories.add(Path.of(directory));
            }
        }
        directories.add(cache.resolve("bin"));
        return find(directories);
    }

    /**
     * Runs {@code linuxkit build}.
     *
     * @param yaml the configuration
     * @param cache an OCI layout with every image that it names
     * @param output where {@code image-kernel}, {@code image-initrd.img} and {@code image-cmdline} are put
     * @throws IOException with the tool's last words when it fails
     */
    void build(Path yaml, Path cache, Path output) throws IOException {
        Path log = output.resolve("log");
        List<String> command = List.of(
                program.toString(),
                "build",
                "--cache",
                cache.toString(),
                "--no-sbom",
                "--format",
                "kernel+initrd",
                "--name",
                "image",
                "--dir",
                output.toString(),
                yaml.toString());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // It keeps files of its own in its user's home and in the place for temporary files.
        builder.environment().putAll(Map.of("HOME", output.toString(), "TMPDIR", output.toString()));
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("linuxkit build did not end within " + LIMIT_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("linuxkit build failed: " + lastWords(log));
        }
    }

    private static String lastWords(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("; ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }
}
