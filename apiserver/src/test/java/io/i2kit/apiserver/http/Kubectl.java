package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real kubectl with a folder for its home, in which the file {@code kubeconfig} is. */
final class Kubectl {
    private final Path folder;

    Kubectl(Path folder) {
        this.folder = folder;
    }

    /** What a run printed, standard error last. */
    record Run(int exit, String text) {}

    Run run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
        builder.environment().put("HOME", folder.toString());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), text.strip());
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What it printed; fails the test when it fails. */
    String ok(String... arguments) {
        Run run = run(arguments);
        assertThat(run.exit())
                .as("kubectl %s: %s", String.join(" ", arguments), run.text())
                .isZero();
        return run.text();
    }
}
