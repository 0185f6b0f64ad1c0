package io.i2kit.apiserver.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A server that the demo started, and kubectl pointed at it. Closing ends the server and every machine. */
final class DemoSession implements AutoCloseable {
    private final DataFolder data;
    private final Process server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DemoSession(DataFolder data, Process server) {
        this.data = data;
        this.server = server;
    }

    static boolean running(DataFolder data) {
        return ServerLock.heldOn(data);
    }

    static DemoSession start(DataFolder data, String listen, Duration limit, Consumer<String> say)
            throws IOException, InterruptedException {
        Path log = data.root().resolve("server.log");
        say.accept("starting the server (log: " + log + ")");
        Files.deleteIfExists(data.kubeconfig());
        long start = System.nanoTime();
        Process server = Self.process("up", "--data", data.root().toString(), "--listen", listen)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        DemoSession session = new DemoSession(data, server);
        while (!session.ready()) {
            if (!server.isAlive() || System.nanoTime() - start > limit.toNanos()) {
                session.close();
                throw new UserError(
                        "the server did not start:\n" + Files.readString(log).strip());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        say.accept("ready");
        return session;
    }

    Path log() {
        return data.root().resolve("server.log");
    }

    /** Runs kubectl with its output on ours; fails when it fails. */
    void kubectl(String... arguments) throws IOException, InterruptedException {
        int exit = kubectlProcess(arguments).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new UserError("kubectl " + String.join(" ", arguments) + " failed with exit code " + exit);
        }
    }

    /** {@code host:port} (or host alone for port 80) of the sample's front. */
    String frontAddress() throws IOException, InterruptedException {
        String address = output(
                "get",
                "service",
                "front",
                "-o",
                "jsonpath={.status.loadBalancer.ingress[0].ip}{' '}{.status.loadBalancer.ingress[0].ports[0].error}{' '}{.spec.ports[0].nodePort}");
        String[] parts = address.split(" ", -1);
        return parts[1].isEmpty() ? parts[0] : "127.0.0.1:" + parts[2];
    }

    ProcessBuilder kubectlProcess(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("kubectl", "--kubeconfig", data.kubeconfig().toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private String output(String... arguments) throws IOException, InterruptedException {
        Process process = kubectlProcess(arguments).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    private boolean ready() throws IOException, InterruptedException {
        return Files.exists(data.kubeconfig())
                && output("get", "--raw", "/readyz").strip().equals("ok");
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            server.destroy();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
            Self.process("down", "--data", data.root().toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            System.err.println(
                    "i2kit: could not clean up, run: ./i2kit down --data " + data.root() + " (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
