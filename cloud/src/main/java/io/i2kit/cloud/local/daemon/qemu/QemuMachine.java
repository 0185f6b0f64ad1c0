package io.i2kit.cloud.local.daemon.qemu;

import io.i2kit.cloud.local.daemon.Hypervisor.Exit;
import io.i2kit.cloud.local.daemon.Hypervisor.Machine;
import io.i2kit.cloud.local.daemon.Hypervisor.MachineSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A QEMU process, started by this process or by a former one. Its monitor's connection ends when it does. */
final class QemuMachine implements Machine {
    private static final Logger log = LoggerFactory.getLogger(QemuMachine.class);

    private static final Duration GONE_POLL = Duration.ofMillis(20);
    private static final int LOG_TAIL_CHARS = 400;

    private final MachineSpec spec;
    private final long pid;
    private final QmpClient qmp;
    private final CompletableFuture<Exit> ended = new CompletableFuture<>();

    QemuMachine(MachineSpec spec, long pid, QmpClient qmp) {
        this.spec = spec;
        this.pid = pid;
        this.qmp = qmp;
        var unused = qmp.closed().thenAccept(reason -> Thread.startVirtualThread(() -> finish(reason)));
    }

    private void finish(String reason) {
        try {
            while (ProcessTable.runs(pid)) {
                Thread.sleep(GONE_POLL);
            }
            qmp.close();
            Files.deleteIfExists(spec.controlSocket());
            Files.deleteIfExists(spec.fabricSocket());
        } catch (IOException e) {
            log.debug("machine {}: {}", spec.id(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.complete(explain(reason));
    }

    /** QMP's ShutdownCause in Kubernetes' manner. */
    private Exit explain(String reason) {
        Path console = spec.directory().resolve(QemuCommand.CONSOLE_LOG);
        return switch (reason) {
            case "guest-shutdown" -> new Exit("GuestShutdown", "the machine powered itself off");
            case "guest-reset", "guest-panic" ->
                new Exit("GuestPanic", "the machine's kernel ended: " + panic(console));
            case "host-signal", "host-qmp-quit" -> new Exit("Stopped", "QEMU was asked to end");
            default ->
                new Exit(
                        "HypervisorExited",
                        ("QEMU ended unexpectedly. " + tail(spec.directory().resolve(QemuCommand.QEMU_LOG))).strip());
        };
    }

    /** The line in which the kernel says why it panicked, else the end of the console. */
    private static String panic(Path console) {
        try (Stream<String> lines = Files.lines(console, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains("Kernel panic"))
                    .map(line -> line.substring(line.indexOf("Kernel panic")).strip())
                    .findFirst()
                    .orElseGet(() -> tail(console));
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    /** The end of a log, on one line. */
    static String tail(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            String end = text.substring(Math.max(0, text.length() - LOG_TAIL_CHARS));
            return end.replaceAll("\\s+", " ");
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether the process behind the monitor is the machine that was meant. */
    boolean isMeant() throws IOException {
        return qmp.execute("query-uuid", Map.of()).path("UUID").asString("").equals(spec.uuid());
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Exit> ended() {
        return ended;
    }

    @Override
    public void forward(int hostPort, int guestPort) throws IOException {
        String answer = qmp.execute(
                        "human-monitor-command",
                        Map.of("command-line", "hostfwd_add host " + QemuCommand.forward(hostPort, guestPort)))
                .asString("");
        if (!answer.isBlank()) {
            throw new IOException(answer.strip());
        }
    }

    @Override
    public void kill() {
        kill(pid);
    }

    /** By the number: the process may be another one's child. */
    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static List<Path> sockets(MachineSpec spec) {
        return List.of(spec.controlSocket(), spec.fabricSocket());
    }
}
