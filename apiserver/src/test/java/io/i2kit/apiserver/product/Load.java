package io.i2kit.apiserver.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Requests without a pause by {@code wrk}, each on a connection of its own, until told to end. */
final class Load {
    private static final int CONNECTIONS = 4;
    private static final int LONGEST_SECONDS = 900;

    private final Process process;
    private final Path report;

    private Load(Process process, Path report) {
        this.process = process;
        this.report = report;
    }

    static Load on(String url) {
        try {
            Path report = Files.createTempFile("load", ".txt");
            Process process = new ProcessBuilder(
                            "wrk",
                            "-t1",
                            "-c" + CONNECTIONS,
                            "-d" + LONGEST_SECONDS + "s",
                            "--timeout",
                            "10s",
                            "-H",
                            "Connection: close",
                            url)
                    .redirectErrorStream(true)
                    .redirectOutput(report.toFile())
                    .start();
            return new Load(process, report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** wrk's report, with the failures of every request so far. */
    String end() {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("wrk did not end");
            }
            String text = Files.readString(report);
            Files.delete(report);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
