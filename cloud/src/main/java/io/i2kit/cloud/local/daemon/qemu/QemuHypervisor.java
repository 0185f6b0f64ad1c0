package io.i2kit.cloud.local.daemon.qemu;

import io.i2kit.cloud.local.daemon.Hypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Machines as QEMU processes of their own sessions, so that no signal to this process reaches them. */
public final class QemuHypervisor implements Hypervisor {
    private static final Logger log = LoggerFactory.getLogger(QemuHypervisor.class);

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path instances;
    private final KvmProbe probe;
    private KvmProbe.@Nullable Result accelerator;
    private @Nullable String version;

    /** @param instances the directory of all machines' directories */
    public QemuHypervisor(Path instances) {
        this.instances = instances;
        this.probe = new KvmProbe(cacheDirectory().resolve("accelerator"));
    }

    /** The answer of the probe is the host's, not a data directory's. */
    private static Path cacheDirectory() {
        String cache = System.getenv("XDG_CACHE_HOME");
        return (cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache))
                .resolve("i2kit");
    }

    @Override
    public Machine launch(MachineSpec spec) throws IOException, InterruptedException {
        requireImage(spec.image());
        version();
        Accelerator chosen = accelerator(spec.image().resolve("kernel")).accelerator();
        for (Path socket : QemuMachine.sockets(spec)) {
            Files.deleteIfExists(socket);
        }
        List<String> command = new ArrayList<>();
        command.add("setsid");
        command.addAll(QemuCommand.machine(spec, chosen));
        Path qemuLog = spec.directory().resolve(QemuCommand.QEMU_LOG);
        Process process = new ProcessBuilder(command)
                .directory(spec.directory().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(qemuLog.toFile())
                .start();
        try {
            return new QemuMachine(spec, process.pid(), connect(spec, process));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static void requireImage(Path image) throws IOException {
        for (String file : List.of("kernel", "initrd.img")) {
            if (!Files.isRegularFile(image.resolve(file))) {
                throw new IOException("machine image " + image.getFileName() + " has no " + file + " yet");
            }
        }
    }

    private static QmpClient connect(MachineSpec spec, Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            if (!process.isAlive()) {
                throw new IOException("QEMU ended with exit code " + process.exitValue() + ": "
                        + QemuMachine.tail(spec.directory().resolve(QemuCommand.QEMU_LOG)));
            }
            try {
                return QmpClient.connect(spec.controlSocket());
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("QEMU's monitor does not answer within " + START.toSeconds() + " s", e);
                }
            }
            process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized KvmProbe.Result accelerator(Path kernel) throws IOException, InterruptedException {
        KvmProbe.Result known = accelerator;
        if (known == null) {
            known = probe.probe(kernel);
            accelerator = known;
        }
        return known;
    }

    /** @throws IOException naming the package when QEMU is missing */
    private synchronized String version() throws IOException {
        String known = version;
        if (known != null) {
            return known;
        }
        try {
            Process process = new ProcessBuilder(QemuCommand.PROGRAM, "--version")
                    .redirectErrorStream(true)
                    .start();
            try (var output = process.inputReader()) {
                String line = output.readLine();
                known = line == null ? "" : line;
                version = known;
                return known;
            }
        } catch (IOException e) {
            throw new IOException(
                    QemuCommand.PROGRAM + " is not installed (Debian package qemu-system-x86): apt-get install"
                            + " qemu-system-x86",
                    e);
        }
    }

    @Override
    public Optional<Machine> adopt(MachineSpec spec) throws InterruptedException {
        long pid;
        try {
            pid = ProcessTable.list().stream()
                    .filter(entry -> isQemu(entry) && entry.option("-uuid").equals(spec.uuid()))
                    .mapToLong(ProcessTable.Entry::pid)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the process table", e);
        }
        if (pid == 0) {
            return Optional.empty();
        }
        return adopt(spec, pid);
    }

    private Optional<Machine> adopt(MachineSpec spec, long pid) throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (ProcessTable.runs(pid)) {
            try {
                QemuMachine machine = new QemuMachine(spec, pid, QmpClient.connect(spec.controlSocket()));
                if (machine.isMeant()) {
                    return Optional.of(machine);
                }
            } catch (IOException e) {
                log.debug("machine {}: {}", spec.id(), e.toString());
            }
            if (System.nanoTime() > deadline) {
                log.warn("machine {}: process {} does not answer its monitor and is ended", spec.id(), pid);
                endAndWait(pid);
                return Optional.empty();
            }
            Thread.sleep(POLL);
        }
        return Optional.empty();
    }

    @Override
    public void endStrays(Collection<String> known) {
        try {
            for (long pid : machines(instances, known)) {
                log.warn("process {} is a machine that nobody knows; it is ended", pid);
                endAndWait(pid);
            }
        } catch (IOException e) {
            log.warn("cannot look for machines that nobody knows: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Processes of machines below a directory, but for those with these UUIDs. */
    private static List<Long> machines(Path instances, Collection<String> but) throws IOException {
        String marker = instances + "/";
        return ProcessTable.list().stream()
                .filter(entry -> isQemu(entry) && entry.option("-serial").startsWith("file:" + marker))
                .filter(entry -> !but.contains(entry.option("-uuid")))
                .map(ProcessTable.Entry::pid)
                .toList();
    }

    /** Also while {@code setsid} is still to become QEMU. */
    private static boolean isQemu(ProcessTable.Entry entry) {
        return entry.arguments().stream().limit(2).anyMatch(argument -> argument.endsWith(QemuCommand.PROGRAM));
    }

    private static void endAndWait(long pid) throws InterruptedException {
        QemuMachine.kill(pid);
        while (ProcessTable.runs(pid)) {
            Thread.sleep(POLL);
        }
    }

    @Override
    public synchronized Description description() {
        KvmProbe.Result known = accelerator;
        return new Description(
                known == null ? "" : known.accelerator().name().toLowerCase(Locale.ROOT),
                known == null ? "no machine was started yet" : known.reason(),
                version == null ? "" : version);
    }
}
