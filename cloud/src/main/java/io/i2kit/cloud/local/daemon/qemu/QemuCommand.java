package io.i2kit.cloud.local.daemon.qemu;

import io.i2kit.cloud.local.daemon.Hypervisor.MachineSpec;
import io.i2kit.cloud.local.daemon.MachineDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** QEMU's arguments. */
final class QemuCommand {
    static final String PROGRAM = "qemu-system-x86_64";

    /** The guest's console. */
    static final String CONSOLE_LOG = "console.log";

    /** What QEMU itself says. */
    static final String QEMU_LOG = "qemu.log";

    /**
     * For images that bring no command line. A panic resets the machine at once, and {@code -no-reboot} makes a reset its end;
     * as ramfs, the root may take all memory, where a tmpfs takes half.
     */
    private static final String KERNEL_ARGUMENTS = "console=ttyS0 quiet panic=-1 rootfstype=ramfs";

    /**
     * An emulated processor speculates on nothing. Nothing is said of its clock: on a busy host the kernel measures a wrong
     * frequency of the time stamp counter now and then, and must be free to find out. Nor is it checked whether the timer's interrupts come
     * (kernel-parameters.txt, {@code no_timer_check}): they do, but where the host is busy too late for the check, which panics.
     */
    private static final String EMULATED_KERNEL_ARGUMENTS = " mitigations=off no_timer_check";

    /** The file of an image that holds its kernel's command line. */
    private static final String COMMAND_LINE = "cmdline";

    /** Frames then carry full checksums, which the fabric and other guests check. */
    private static final String NO_OFFLOADS = "csum=off,gso=off,host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off,"
            + "guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off";

    /** A guest that breaks out of QEMU's devices finds a process that can start nothing and become nobody else. */
    private static final String SANDBOX = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

    private static final String GUEST_ADDRESS = "10.0.2.15";

    private QemuCommand() {}

    /** What any machine has in common: no default devices, and it ends instead of starting again. */
    static List<String> base(Accelerator accelerator, int memoryMebibytes) {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-M", "q35", "-no-user-config", "-nodefaults"));
        command.addAll(List.of("-sandbox", SANDBOX));
        command.addAll(List.of("-display", "none", "-no-reboot", "-m", memoryMebibytes + "M"));
        switch (accelerator) {
            case KVM -> command.addAll(List.of("-accel", "kvm", "-cpu", "host"));
            case TCG -> command.addAll(List.of("-accel", "tcg,thread=single,tb-size=16", "-cpu", "max"));
        }
        return command;
    }

    static List<String> machine(MachineSpec spec, Accelerator accelerator) throws IOException {
        Path directory = spec.directory();
        // Emulation with one thread gains nothing from more processors.
        int processors = accelerator == Accelerator.KVM ? spec.processors() : 1;
        List<String> command = base(accelerator, spec.memoryMebibytes());
        command.addAll(List.of("-name", spec.id(), "-uuid", spec.uuid(), "-smp", Integer.toString(processors)));
        command.addAll(List.of("-kernel", spec.image().resolve("kernel").toString()));
        command.addAll(List.of("-initrd", spec.image().resolve("initrd.img").toString()));
        command.addAll(List.of("-append", kernelArguments(spec.image(), accelerator)));
        command.addAll(List.of("-serial", "file:" + directory.resolve(CONSOLE_LOG)));
        command.addAll(List.of("-qmp", "unix:" + spec.controlSocket() + ",server=on,wait=off"));
        addDisk(command, directory.resolve(MachineDisks.METADATA), "i2kit-metadata");
        addDisk(command, directory.resolve(MachineDisks.TAGS), "i2kit-tags");
        addLogDisk(command, directory.resolve(MachineDisks.LOGS), "i2kit-logs");
        command.addAll(List.of(
                "-netdev",
                "stream,id=fabric,server=on,addr.type=unix,addr.path=" + spec.fabricSocket(),
                "-device",
                "virtio-net-pci,netdev=fabric,romfile=,mac=" + spec.podMac() + "," + NO_OFFLOADS,
                "-netdev",
                userNetwork(spec.forwards()),
                "-device",
                "virtio-net-pci,netdev=host,romfile=,mac=" + spec.hostMac()));
        return command;
    }

    private static String kernelArguments(Path image, Accelerator accelerator) throws IOException {
        Path file = image.resolve(COMMAND_LINE);
        String arguments = Files.exists(file) ? Files.readString(file).strip() : KERNEL_ARGUMENTS;
        return accelerator == Accelerator.TCG ? arguments + EMULATED_KERNEL_ARGUMENTS : arguments;
    }

    /** Without locks, since the tags are written while the guest reads; and through the page cache, where it sees them. */
    private static void addDisk(List<String> command, Path file, String serial) {
        command.addAll(List.of(
                "-drive",
                "if=none,id=" + serial + ",format=raw,readonly=on,file.locking=off,file=" + escape(file),
                "-device",
                "virtio-blk-pci,drive=" + serial + ",serial=" + serial));
    }

    /** What the guest has written outlives QEMU in the host's page cache; to wait for the host's disk would hold containers back. */
    private static void addLogDisk(List<String> command, Path file, String serial) {
        command.addAll(List.of(
                "-drive",
                "if=none,id=" + serial + ",format=raw,cache=unsafe,file.locking=off,file=" + escape(file),
                "-device",
                "virtio-blk-pci,drive=" + serial + ",serial=" + serial));
    }

    /** The host gets in by the forwarded ports; the guest does not get out. */
    private static String userNetwork(Map<Integer, Integer> forwards) {
        StringBuilder network = new StringBuilder("user,id=host,restrict=on,ipv6=off");
        forwards.forEach((guestPort, hostPort) -> network.append(",hostfwd=").append(forward(hostPort, guestPort)));
        return network.toString();
    }

    /** A forwarding in QEMU's own words. */
    static String forward(int hostPort, int guestPort) {
        return "tcp:127.0.0.1:" + hostPort + "-" + GUEST_ADDRESS + ":" + guestPort;
    }

    /** In QEMU's option lists a comma within a value is doubled. */
    private static String escape(Path path) {
        return path.toString().replace(",", ",,");
    }
}
