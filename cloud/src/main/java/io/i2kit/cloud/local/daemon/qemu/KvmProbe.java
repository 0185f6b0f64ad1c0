package io.i2kit.cloud.local.daemon.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether KVM really works here. A {@code /dev/kvm} that can be opened, even one that runs a boot sector, is not enough: on
 * nested virtualization that emulates in part a Linux kernel can meet an instruction that is missing. So a real kernel is
 * started without a root file system; it must reach its panic and end the machine. The answer holds until the host restarts.
 */
final class KvmProbe {
    private static final Logger log = LoggerFactory.getLogger(KvmProbe.class);

    private static final Path DEVICE = Path.of("/dev/kvm");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int MEMORY_MEBIBYTES = 128;

    private final Path cache;

    /** @param cache the file that keeps the answer */
    KvmProbe(Path cache) {
        this.cache = cache;
    }

    /** @param reason for people */
    record Result(Accelerator accelerator, String reason) {}

    /** Blocks for some seconds the first time. */
    Result probe(Path kernel) throws IOException, InterruptedException {
        String bootId = Files.readString(BOOT_ID).strip();
        if (Files.exists(cache)) {
            List<String> lines = Files.readAllLines(cache);
            if (lines.size() == 3 && lines.get(0).equals(bootId)) {
                return new Result(Accelerator.valueOf(lines.get(1)), lines.get(2));
            }
        }
        Result result = run(kernel);
        log.info("machines run by {}: {}", result.accelerator(), result.reason());
        Files.createDirectories(cache.toAbsolutePath().getParent());
        Path temporary = Files.createTempFile(cache.toAbsolutePath().getParent(), "accelerator", ".tmp");
        Files.writeString(
                temporary,
                bootId + "\n" + result.accelerator() + "\n" + result.reason().replace('\n', ' ') + "\n");
        Files.move(temporary, cache, StandardCopyOption.ATOMIC_MOVE);
        return result;
    }

    private static Result run(Path kernel) throws IOException, InterruptedException {
        if (!Files.exists(DEVICE)) {
            return new Result(Accelerator.TCG, DEVICE + " does not exist");
        }
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            return new Result(Accelerator.TCG, DEVICE + " is not open to this user (group kvm)");
        }
        List<String> command = new ArrayList<>(QemuCommand.base(Accelerator.KVM, MEMORY_MEBIBYTES));
        command.addAll(List.of("-kernel", kernel.toString(), "-append", "console=ttyS0 panic=-1", "-serial", "stdio"));
        Process qemu = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try {
            Thread timer = Thread.startVirtualThread(() -> endAfter(qemu));
            String verdict = read(qemu);
            timer.interrupt();
            return verdict.isEmpty()
                    ? new Result(Accelerator.KVM, "a kernel boots under KVM")
                    : new Result(Accelerator.TCG, "a kernel does not boot under KVM: " + verdict);
        } finally {
            qemu.destroyForcibly();
            qemu.waitFor(5, TimeUnit.SECONDS);
        }
    }

    /** Empty when the kernel came to its panic for want of a root. */
    private static String read(Process qemu) throws IOException {
        String last = "no output within " + PATIENCE.toSeconds() + " s";
        try (BufferedReader output = qemu.inputReader()) {
            String line;
            while ((line = output.readLine()) != null) {
                if (line.contains("Kernel panic") && line.contains("root fs")) {
                    return "";
                }
                // QEMU stops the guest then and goes on itself.
                if (line.contains("KVM internal error") || line.contains("kvm run failed")) {
                    return line.strip();
                }
                if (!line.isBlank()) {
                    last = line.strip();
                }
            }
        }
        return last;
    }

    private static void endAfter(Process qemu) {
        try {
            Thread.sleep(PATIENCE);
            qemu.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
