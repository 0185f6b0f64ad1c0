package io.i2kit.cloud.image.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.ImageAssembler;
import io.i2kit.cloud.image.initrd.ImageAssemblerContract;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Disks as the real sgdisk, fsck.vfat and mtools see them. */
class DiskAssemblerTest extends ImageAssemblerContract {
    private static final int AMD64 = 0x8664;
    private static final int PARTITION = 1 << 20;

    @Override
    protected ImageAssembler assembler() {
        return new DiskAssembler(Architecture.AMD64);
    }

    @Override
    protected Path efiStub() throws IOException {
        Path stub = work.resolve("stub");
        return Files.exists(stub) ? stub : Files.write(stub, EfiProgram.make(AMD64));
    }

    @Override
    protected Booted read(Path output) throws Exception {
        byte[] program = bootFile(output.resolve(DiskAssembler.DISK), "BOOTX64.EFI");
        return new Booted(
                EfiProgram.content(program, ".linux"),
                EfiProgram.content(program, ".initrd"),
                new String(EfiProgram.content(program, ".cmdline"), StandardCharsets.UTF_8));
    }

    @Override
    protected List<String> files() {
        return List.of(DiskAssembler.DISK);
    }

    private byte[] bootFile(Path disk, String name) throws Exception {
        Path copy = work.resolve("copied.efi");
        Files.deleteIfExists(copy);
        run(List.of("mcopy", "-i", disk + "@@" + PARTITION, "::/EFI/BOOT/" + name, copy.toString()));
        return Files.readAllBytes(copy);
    }

    private String run(List<String> command) throws Exception {
        Path log = work.resolve("tool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(log);
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
        return output;
    }

    /** A disk whose kernel is a file with a hole, so that large ones cost nothing. */
    private Path disk(long kernelBytes, DiskAssembler assembler, Path stub) throws IOException {
        Path kernel = work.resolve("sparse-kernel");
        try (RandomAccessFile file = new RandomAccessFile(kernel.toFile(), "rw")) {
            file.setLength(kernelBytes);
        }
        Path segment = Files.write(work.resolve("sparse-segment"), new byte[] {1, 2, 3});
        Path output = Files.createDirectories(work.resolve("sized"));
        Files.deleteIfExists(output.resolve(DiskAssembler.DISK));
        assembler.assemble(
                new ImageAssembler.Parts(new Base.Prepared(kernel, segment, stub), List.of(), List.of(), "words"),
                output);
        return output.resolve(DiskAssembler.DISK);
    }

    /** Around the sizes where clusters grow: 512 bytes up to 67 MB of content, 4 KiB from 268 MB on. */
    @ParameterizedTest
    @CsvSource({"0, 512", "33000000, 512", "34000000, 512", "67500000, 1024", "135000000, 2048", "269000000, 4096"})
    void realToolsFindNothingToRepair(long kernelBytes, int clusterBytes) throws Exception {
        Path disk = disk(kernelBytes, new DiskAssembler(Architecture.AMD64), efiStub());
        assertThat(run(List.of("sgdisk", "--verify", disk.toString())))
                .contains("No problems found")
                .doesNotContainIgnoringCase("warning");
        assertThat(run(List.of("sgdisk", "--info=1", disk.toString())))
                .contains("(EFI system partition)", "First sector: 2048 ", "'EFI system partition'");
        Path volume = partition(disk);
        assertThat(run(List.of("fsck.vfat", "-n", "-v", volume.toString())))
                .contains("32 bit entries", clusterBytes + " bytes per cluster", "4 files")
                .doesNotContain("differ", "wrong", "Reclaim", "Dirty bit");
        assertThat(Files.size(disk) % PARTITION).isZero();
    }

    private Path partition(Path disk) throws IOException {
        Path volume = work.resolve("volume");
        try (RandomAccessFile from = new RandomAccessFile(disk.toFile(), "r");
                RandomAccessFile to = new RandomAccessFile(volume.toFile(), "rw")) {
            // Without the backup table's last mebibyte.
            long length = from.length() - 2 * PARTITION;
            to.setLength(length);
            from.getChannel().transferTo(PARTITION, length, to.getChannel());
        }
        return volume;
    }

    @Test
    void theDiskIsAsSmallAsFat32AllowsAndHasHoles() throws Exception {
        Path disk = disk(1_000_000, new DiskAssembler(Architecture.AMD64), efiStub());
        assertThat(Files.size(disk)).isEqualTo(35L * PARTITION);
        String used = run(List.of("stat", "--format=%b %B", disk.toString())).strip();
        long bytes = Long.parseLong(used.split(" ")[0]) * Long.parseLong(used.split(" ")[1]);
        assertThat(bytes).isLessThan(2_500_000);
    }

    @Test
    void machinesOfArmBootAnotherFile() throws Exception {
        Path stub = Files.write(work.resolve("arm-stub"), EfiProgram.make(0xaa64));
        Path disk = disk(1000, new DiskAssembler(Architecture.ARM64), stub);
        assertThat(EfiProgram.content(bootFile(disk, "BOOTAA64.EFI"), ".linux")).hasSize(1000);
        assertThatThrownBy(() -> disk(1000, new DiskAssembler(Architecture.AMD64), stub))
                .isInstanceOf(IOException.class)
                .hasMessage("the EFI stub is for machine 0xaa64, not for AMD64");
    }

    @Test
    void sectionsOverlapNeitherInTheFileNorInMemory() throws Exception {
        byte[] program = bootFile(disk(4097, new DiskAssembler(Architecture.AMD64), efiStub()), "BOOTX64.EFI");
        Map<String, EfiProgram.Section> sections = EfiProgram.sections(program);
        assertThat(List.copyOf(sections.keySet())).containsExactly(".text", ".cmdline", ".linux", ".initrd");
        long address = 0;
        long offset = 0;
        for (EfiProgram.Section section : sections.values()) {
            assertThat(section.address()).isGreaterThanOrEqualTo(address).matches(at -> at % 4096 == 0);
            assertThat(section.fileOffset()).isGreaterThanOrEqualTo(offset).matches(at -> at % 512 == 0);
            assertThat(section.rawSize()).isGreaterThanOrEqualTo(section.size());
            address = section.address() + section.size();
            offset = section.fileOffset() + section.rawSize();
        }
        assertThat(EfiProgram.imageSize(program)).isGreaterThanOrEqualTo(address);
        assertThat((long) program.length).isEqualTo(offset);
    }

    @Test
    void aStubThatCannotServeIsRefused() throws Exception {
        List<byte[]> bad = new ArrayList<>();
        bad.add(new byte[10]);
        bad.add(new byte[4096]);
        bad.add(EfiProgram.make(AMD64, 400));
        for (byte[] content : bad) {
            Path stub = Files.write(work.resolve("bad"), content);
            assertThatThrownBy(() -> disk(1, new DiskAssembler(Architecture.AMD64), stub))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the EFI stub ");
        }
    }

    @Test
    void whatDoesNotFitIsSaidBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> disk(4_300_000_000L, new DiskAssembler(Architecture.AMD64), efiStub()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4 GiB");
        assertThat(work.resolve("sized").resolve(DiskAssembler.DISK)).doesNotExist();
    }
}
