package io.i2kit.cloud.local;

import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded cloud's process, started in a session of its own, so that no signal to this one's reaches it. */
final class DaemonProcess {
    private static final Logger log = LoggerFactory.getLogger(DaemonProcess.class);

    private static final long MAX_LOG_BYTES = 4 << 20;
    private static final int TAIL_LINES = 5;

    private final Process process;
    private final Path logFile;

    private DaemonProcess(Process process, Path logFile) {
        this.process = process;
        this.logFile = logFile;
    }

    static DaemonProcess start(LocalCloudOptions options) {
        Path state = RuntimeDirectory.stateOf(options.dataDirectory());
        Path logFile = state.resolve("daemon.log");
        try {
            Files.createDirectories(
                    state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (Files.exists(logFile) && Files.size(logFile) > MAX_LOG_BYTES) {
                Files.move(logFile, state.resolve("daemon.log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            List<String> command = new ArrayList<>();
            command.add("setsid");
            command.addAll(options.daemonCommand());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            // Each of glibc's arenas costs memory that a small process does not need.
            builder.environment().put("MALLOC_ARENA_MAX", "2");
            Process process = builder.start();
            log.info("started the embedded cloud, process {}", process.pid());
            return new DaemonProcess(process, logFile);
        } catch (IOException e) {
            throw new CloudException.Unavailable("cannot start the embedded cloud: " + e.getMessage(), e);
        }
    }

    /** Waits a little, or until the process ends. */
    void pause(Duration time) {
        try {
            if (process.isAlive()) {
                process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                // Another process may have started one just before.
                Thread.sleep(time);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException.Unavailable("interrupted", e);
        }
    }

    /** Why it cannot be reached. */
    CloudException.Unavailable failure() {
        String state = process.isAlive() ? "does not answer" : "ended with exit code " + process.exitValue();
        return new CloudException.Unavailable(
                "the embedded cloud " + state + " (" + logFile + "): " + tail(),
                new IllegalStateException("process " + process.pid()));
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(logFile, StandardCharsets.ISO_8859_1);
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "no log";
        }
    }
}
