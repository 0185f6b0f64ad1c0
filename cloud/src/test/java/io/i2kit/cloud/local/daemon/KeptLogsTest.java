package io.i2kit.cloud.local.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.local.protocol.Wire;
import io.i2kit.cloud.model.Instance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of machines that are gone, read from the disk that their guests wrote. */
class KeptLogsTest {
    private static final int BLOCK = 4096;
    private static final int RING = 2 * BLOCK;
    private static final String POD = "0f0f-uid";

    @TempDir
    Path folder;

    /** What a guest with two containers leaves: {@code text} is everything that the second one ever wrote. */
    private static void writeDisk(Path disk, String text, long run, long previous) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] ring = new byte[RING];
        for (int n = 0; n < bytes.length; n++) {
            ring[n % RING] = bytes[n];
        }
        long region = BLOCK + RING;
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            document(channel, 0, Map.of("version", 1, "regionBytes", region, "containers", List.of("a", "b")));
            document(channel, BLOCK, Map.of("written", 0, "run", 0, "previous", -1));
            document(channel, BLOCK + region, Map.of("written", bytes.length, "run", run, "previous", previous));
            channel.write(ByteBuffer.wrap(ring), BLOCK + region + BLOCK);
        }
    }

    private static void document(FileChannel channel, long offset, Object document) throws IOException {
        channel.write(ByteBuffer.wrap(Arrays.copyOf(Wire.JSON.writeValueAsBytes(document), BLOCK)), offset);
    }

    private KeptLogs kept(String text, long run, long previous) throws IOException {
        Path machine = Files.createDirectories(folder.resolve("i-1"));
        writeDisk(machine.resolve(MachineDisks.LOGS), text, run, previous);
        KeptLogs logs = new KeptLogs(folder.resolve("kept"));
        logs.keep(machine, "i-1", POD);
        assertThat(machine.resolve(MachineDisks.LOGS)).doesNotExist();
        return logs;
    }

    private static Optional<String> text(KeptLogs logs, String container, boolean previous) {
        return logs.read("i-1", POD, container, previous).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void runsAreToldApart() throws Exception {
        KeptLogs logs = kept("first\nsecond\nthird\n", 13, 6);
        assertThat(text(logs, "b", false)).hasValue("third\n");
        assertThat(text(logs, "b", true)).hasValue("second\n");
        assertThat(text(logs, "a", false)).hasValue("");
        assertThat(text(logs, "a", true)).isEmpty();
        assertThat(text(logs, "c", false)).isEmpty();
    }

    @Test
    void whatWasOverwrittenIsLeftOutByWholeLines() throws Exception {
        String line = "a line of thirty-two characters\n";
        KeptLogs logs = kept("first!\n" + line.repeat(600), 0, -1);
        assertThat(text(logs, "b", false).orElseThrow()).isEqualTo(line.repeat(RING / line.length() - 1));
    }

    @Test
    void aPreviousRunThatIsOverwrittenIsGone() throws Exception {
        KeptLogs logs = kept("before\n" + "x".repeat(3 * RING) + "\n", 7, 0);
        assertThat(text(logs, "b", true)).isEmpty();
    }

    @Test
    void onlyThePodItselfIsShownItsLog() throws Exception {
        KeptLogs logs = kept("secret\n", 0, -1);
        assertThat(logs.read("i-1", "other-uid", "b", false)).isEmpty();
        assertThat(logs.read("../kept/i-1", POD, "b", false)).isEmpty();
        assertThat(logs.read("i-1", "", "b", false)).isEmpty();
    }

    @Test
    void aDiskThatNoGuestWroteHoldsNothing() throws Exception {
        Path machine = Files.createDirectories(folder.resolve("i-1"));
        MachineDisks.makeLogs(machine);
        assertThat(machine.resolve(MachineDisks.LOGS)).hasSize(MachineDisks.LOG_BYTES);
        KeptLogs logs = new KeptLogs(folder.resolve("kept"));
        logs.keep(machine, "i-1", POD);
        assertThat(text(logs, "b", false)).isEmpty();
    }

    @Test
    void theyAreBoundedByNumberAndAge() throws Exception {
        Path directory = folder.resolve("kept");
        KeptLogs logs = kept("old\n", 0, -1);
        Path old = directory.resolve("i-1_" + POD + ".img");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        for (int i = 100; i < 200; i++) {
            Path machine = Files.createDirectories(folder.resolve("i-" + i));
            writeDisk(machine.resolve(MachineDisks.LOGS), "text\n", 0, -1);
            logs.keep(machine, "i-" + i, POD);
        }
        assertThat(old).doesNotExist();
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(64);
        }
        assertThat(logs.read("i-199", POD, "b", false)).isPresent();
    }

    @Test
    void aMachineThatCrashesLeavesItsLogAndOneThatWasToldToEndDoesNot() throws Exception {
        try (EmbeddedCloud embedded = new EmbeddedCloud(folder, 256)) {
            embedded.putGroup("web", 2);
            List<Instance> machines = embedded.awaitHealthy("web", 2);
            for (Instance machine : machines) {
                embedded.cloud.groups().tag(machine.id(), Map.of(Instance.POD_UID_TAG, POD));
                Path disk = embedded.hypervisor
                        .machine(machine.id())
                        .spec
                        .directory()
                        .resolve(MachineDisks.LOGS);
                writeDisk(disk, "last words\n", 0, -1);
            }
            String crashed = machines.getFirst().id();
            String stopped = machines.getLast().id();
            embedded.hypervisor.machine(crashed).end(new Hypervisor.Exit("GuestPanic", "not syncing"));
            embedded.cloud.groups().terminate(List.of(stopped), false, Duration.ZERO);
            embedded.await(
                    "both to end",
                    () -> embedded.in("web", Instance.State.TERMINATED).size() == 2);
            embedded.restartDaemon();
            assertThat(embedded.cloud.groups().keptLog(crashed, POD, "b", false))
                    .hasValueSatisfying(log -> assertThat(log).asString().isEqualTo("last words\n"));
            assertThat(embedded.cloud.groups().keptLog(stopped, POD, "b", false))
                    .isEmpty();
        }
    }
}
