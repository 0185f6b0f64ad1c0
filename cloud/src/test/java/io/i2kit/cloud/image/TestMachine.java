package io.i2kit.cloud.image;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.InstanceMetadata;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** One machine under QEMU's plain emulation (a /dev/kvm may be there and not work) with a user-mode network: boots what the builder made and nothing else of i2kit. */
final class TestMachine implements AutoCloseable {
    private static final String MAC = "52:54:00:12:34:56";
    private static final int TAGS_BYTES = 4096;
    private static final int METADATA_BYTES = 64 << 10;
    /** Of emulated machines on a busy host, firmware included. */
    private static final Duration BOOT_TIMEOUT = Duration.ofSeconds(240);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path console;
    private final Process qemu;
    private final int readyPort;
    private final int servicePort;

    private TestMachine(Path console, Process qemu, int readyPort, int servicePort) {
        this.console = console;
        this.qemu = qemu;
        this.readyPort = readyPort;
        this.servicePort = servicePort;
    }

    /**
     * A machine of the embedded cloud: kernel and initrd by the hypervisor, metadata on disks.
     *
     * @param image directory with kernel, initrd and command line
     * @param container the name of the only container
     * @param port that it listens on
     */
    static TestMachine boot(Path image, Path work, String container, int port, int memoryMegabytes) throws IOException {
        InstanceMetadata instance = new InstanceMetadata(
                "i-0123456789abcdef0",
                "local",
                "test",
                "127.0.0.1",
                List.of(new InstanceMetadata.NetworkInterface(MAC, "10.0.2.15/24", "10.0.2.2", 1500)),
                List.of("10.0.2.3"));
        byte[] metadata = JSON.writeValueAsBytes(Map.of("instance", instance, "launch", launch(container, port)));
        byte[] tags = JSON.writeValueAsBytes(new InstanceMetadata.Lifecycle(1, Map.of(), false, -1));
        Files.write(work.resolve("metadata"), Arrays.copyOf(metadata, METADATA_BYTES));
        Files.write(work.resolve("tags"), Arrays.copyOf(tags, TAGS_BYTES));
        List<String> machine = new ArrayList<>();
        machine.addAll(List.of("-kernel", image.resolve("kernel").toString()));
        machine.addAll(List.of("-initrd", image.resolve("initrd.img").toString()));
        machine.addAll(List.of("-append", Files.readString(image.resolve("cmdline"))));
        machine.addAll(disk("m", work.resolve("metadata"), "i2kit-metadata"));
        machine.addAll(disk("t", work.resolve("tags"), "i2kit-tags"));
        List<String> processor = List.of("qemu-system-x86_64", "-M", "q35");
        return start(processor, machine, work, "user,id=n,restrict=on", port, memoryMegabytes);
    }

    /**
     * A machine as EC2 starts it: a disk on NVMe by UEFI firmware, an address by DHCP, the metadata service at its own address. The
     * host's loopback is 169.254.0.2.
     *
     * @param image directory with the disk
     * @param port that the container listens on
     * @param metadataPort where the metadata service listens on the host's loopback
     */
    static TestMachine bootOnEc2(Architecture architecture, Path image, Path work, int port, int metadataPort)
            throws IOException {
        boolean arm = architecture == Architecture.ARM64;
        String firmware = arm ? "/usr/share/AAVMF/AAVMF_CODE.fd" : "/usr/share/OVMF/OVMF_CODE_4M.fd";
        String empty = arm ? "/usr/share/AAVMF/AAVMF_VARS.fd" : "/usr/share/OVMF/OVMF_VARS_4M.fd";
        Path variables = Files.copy(Path.of(empty), work.resolve("variables.fd"));
        List<String> machine = List.of(
                "-drive",
                "if=pflash,format=raw,readonly=on,file=" + firmware,
                "-drive",
                "if=pflash,format=raw,file=" + variables,
                "-smbios",
                "type=1,manufacturer=Amazon EC2,product=t3.nano",
                "-drive",
                "if=none,id=root,format=raw,snapshot=on,file=" + image.resolve("disk.img"),
                "-device",
                "nvme,drive=root,serial=vol0123456789abcdef0,bootindex=0");
        String network = "user,id=n,net=169.254.0.0/16,host=169.254.0.2,dns=169.254.0.3,dhcpstart=169.254.0.15,"
                + "guestfwd=tcp:169.254.169.254:80-cmd:busybox nc 127.0.0.1 " + metadataPort;
        List<String> processor = arm
                ? List.of("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72")
                : List.of("qemu-system-x86_64", "-M", "q35");
        return start(processor, machine, work, network, port, arm ? 512 : 256);
    }

    private static TestMachine start(
            List<String> processor, List<String> machine, Path work, String network, int port, int memoryMegabytes)
            throws IOException {
        int readyPort = freePort();
        int servicePort = freePort();
        Path console = work.resolve("console");
        List<String> command = new ArrayList<>(processor);
        command.addAll(List.of("-nodefaults", "-no-user-config"));
        command.addAll(List.of("-accel", "tcg,thread=single,tb-size=64"));
        command.addAll(List.of("-m", memoryMegabytes + "M", "-display", "none", "-no-reboot"));
        command.addAll(machine);
        command.addAll(List.of("-serial", "file:" + console));
        command.addAll(List.of("-device", "virtio-net-pci,netdev=n,mac=" + MAC));
        command.addAll(List.of(
                "-netdev",
                network
                        + ",hostfwd=tcp:127.0.0.1:%d-:10256,hostfwd=tcp:127.0.0.1:%d-:%d"
                                .formatted(readyPort, servicePort, port)));
        Process qemu = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("qemu.log").toFile())
                .start();
        return new TestMachine(console, qemu, readyPort, servicePort);
    }

    private static List<String> disk(String id, Path file, String serial) {
        return List.of(
                "-drive",
                "if=none,id=" + id + ",format=raw,readonly=on,file=" + file,
                "-device",
                "virtio-blk-pci,drive=" + id + ",serial=" + serial);
    }

    /** Metadata of one container. */
    static MachineMetadata launch(String container, int port) {
        MachineMetadata.Container only = new MachineMetadata.Container(
                container,
                null,
                List.of(),
                null,
                false,
                false,
                false,
                List.of(),
                List.of(new MachineMetadata.Port("http", port, "TCP")),
                0,
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                "/dev/termination-log",
                "File",
                "");
        String secret =
                Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
        return SampleMachines.metadata(
                "test",
                new MachineMetadata.Owner("ReplicaSet", "web", "11111111-2222-3333-4444-555555555555"),
                new MachineMetadata.Agent(secret, "", 10250, 10256),
                "",
                List.of(only));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the machine says it is ready, then asks its service. */
    String get(String path) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        Instant deadline = Instant.now().plus(BOOT_TIMEOUT);
        await(client, "http://127.0.0.1:" + readyPort + "/ready", deadline);
        return await(client, "http://127.0.0.1:" + servicePort + path, deadline);
    }

    private String await(HttpClient client, String url, Instant deadline) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(5))
                .build();
        String last = "no answer";
        while (Instant.now().isBefore(deadline) && qemu.isAlive()) {
            try {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return response.body();
                }
                last = response.statusCode() + " " + response.body();
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            Thread.sleep(PAUSE);
        }
        throw new IOException(url + ": " + last + "; console: " + console());
    }

    /** Whether the machine switches itself off in time. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return qemu.waitFor(time.toSeconds(), TimeUnit.SECONDS);
    }

    /** What the machine printed. */
    String console() throws IOException {
        return Files.exists(console) ? Files.readString(console, StandardCharsets.ISO_8859_1) : "";
    }

    @Override
    public void close() {
        qemu.destroyForcibly();
    }
}
