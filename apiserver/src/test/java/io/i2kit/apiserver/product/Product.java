package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The packaged product, run by its launcher as a user runs it, with a data folder of its own; {@code kubectl} beside it. */
final class Product implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(120);
    private final Path data;
    private final Map<String, String> environment;
    private @Nullable Process server;

    private Product(Path data, Map<String, String> environment) {
        this.data = data;
        this.environment = environment;
    }

    /** A server on a free port, ready to serve. */
    static Product start(Path data, String... options) {
        return startIn(data, Map.of(), options);
    }

    /** The same with more environment variables. */
    static Product startIn(Path data, Map<String, String> environment, String... options) {
        Product product = new Product(data, environment);
        product.up(options);
        return product;
    }

    /** Starts the server again on the same data folder. */
    void up(String... options) {
        List<String> command =
                new ArrayList<>(List.of(launcher(), "up", "--data", data.toString(), "--listen", "127.0.0.1:0"));
        command.addAll(List.of(options));
        try {
            Files.createDirectories(data.getParent());
            ProcessBuilder builder = builder(command);
            builder.environment().putAll(environment);
            server = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await(
                "the server to be ready",
                START,
                () -> kubectl("get", "--raw", "/readyz").exit() == 0);
    }

    Path data() {
        return data;
    }

    Path kubeconfig() {
        return data.resolve("kubeconfig");
    }

    Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    long serverPid() {
        return Objects.requireNonNull(server).pid();
    }

    /** {@code kill -9}. */
    void killServer() {
        try {
            Objects.requireNonNull(server).destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs the launcher. */
    static Result launch(Duration limit, List<String> arguments) {
        return launch(limit, Map.of(), arguments);
    }

    /** Runs the launcher with more environment variables. */
    static Result launch(Duration limit, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.add(launcher());
        command.addAll(arguments);
        return run(limit, command, "");
    }

    /** Runs the launcher where only these tools are installed. */
    static Result launchOn(Path tools, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of("env", "PATH=" + tools, tools.resolve("bash").toString(), launcher()));
        command.addAll(arguments);
        return run(Duration.ofMinutes(1), command, "");
    }

    /** Where a program is installed, or null. */
    static @Nullable Path onPath(String program) {
        for (String directory : Objects.requireNonNull(System.getenv("PATH")).split(":", -1)) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                return file.toAbsolutePath();
            }
        }
        return null;
    }

    Result kubectl(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig().toString()));
        command.addAll(List.of(arguments));
        return run(Duration.ofMinutes(10), command, "");
    }

    /** A kubectl that runs until it is destroyed, or ends; its output goes to a file. */
    Process kubectlInBackground(Path output, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig().toString()));
        command.addAll(List.of(arguments));
        try {
            return builder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** kubectl's output; fails the test when it fails. */
    String kubectlOk(String... arguments) {
        Result result = kubectl(arguments);
        assertThat(result.exit())
                .as("kubectl %s%n%s%n%s", String.join(" ", arguments), result.out(), result.err())
                .isZero();
        return result.out();
    }

    /** {@code kubectl apply -f -}. */
    Result apply(String manifest) {
        return run(
                Duration.ofMinutes(1),
                List.of("kubectl", "--kubeconfig", kubeconfig().toString(), "apply", "-f", "-"),
                manifest);
    }

    static Result run(Duration limit, List<String> command, String input) {
        try {
            Path out = Files.createTempFile("out", ".txt");
            Path err = Files.createTempFile("err", ".txt");
            Path in = Files.createTempFile("in", ".txt");
            Files.writeString(in, input);
            try {
                Process process = builder(command)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(String.join(" ", command) + " did not end within " + limit + ":\n"
                            + Files.readString(out) + Files.readString(err));
                }
                return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
                Files.delete(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a condition; fails with what was waited for. */
    static void await(String what, Duration limit, BooleanSupplier condition) {
        Instant end = Instant.now().plus(limit);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waiting for %s", what).isBefore(end);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Command lines of processes that name this data folder. */
    List<String> processes() {
        return processHandles("").stream()
                .map(process -> process.info().commandLine().orElse(""))
                .toList();
    }

    /** Processes whose command line names this data folder and holds this text. */
    List<ProcessHandle> processHandles(String text) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(
                            process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> {
                        String line = process.info().commandLine().orElse("");
                        return line.contains(data.toString()) && line.contains(text);
                    })
                    .toList();
        }
    }

    /** Ends the server and every machine. */
    @Override
    public void close() {
        if (server != null) {
            server.destroy();
        }
        Result down = launch(Duration.ofMinutes(2), List.of("down", "--data", data.toString()));
        assertThat(down.exit()).as("down: %s", down.err()).isZero();
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        // Where a command works must not matter to it; the build's own folder is no place to try that out.
        builder.directory(Path.of(System.getProperty("java.io.tmpdir")).toFile());
        // The build that runs these tests has just been made; the launcher must not build again inside it.
        builder.environment().put("I2KIT_NO_BUILD", "1");
        return builder;
    }

    /** What the launcher records once after a build, so that the server starts quickly. */
    static Path recordedStart() {
        return home().resolve("apiserver/target/server.aot");
    }

    static String launcher() {
        return home().resolve("i2kit").toString();
    }

    static Path home() {
        return Path.of(Objects.requireNonNull(System.getenv("I2KIT_HOME"), "run by ./i2kit test"));
    }

    /** What a command left. */
    record Result(int exit, String out, String err) {}
}
