package io.i2kit.cloud.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every format of machine image must give: exactly the parts, joined as the kernel wants them. */
public abstract class ImageAssemblerContract {
    private static final String COMMAND_LINE = "console=ttyS0 quiet name=höher";

    @TempDir
    protected Path work;

    private Path output;

    protected abstract ImageAssembler assembler() throws IOException;

    /** A path with nothing there where the format needs none. */
    protected abstract Path efiStub() throws IOException;

    /** What the firmware or hypervisor would start with. */
    public record Booted(byte[] kernel, byte[] initrd, String commandLine) {}

    protected abstract Booted read(Path output) throws Exception;

    /** Names of the files of an image. */
    protected abstract List<String> files();

    @BeforeEach
    void makeOutput() throws IOException {
        output = Files.createDirectory(work.resolve("output"));
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Sizes that are multiples of nothing. */
    private Base.Prepared base() throws IOException {
        Path segment = work.resolve("base");
        if (!Files.exists(segment)) {
            Segments.write(segment, 3, cpio -> cpio.file("init", noise(100_003), 0755));
            Files.write(work.resolve("kernel"), noise(70_001));
        }
        return new Base.Prepared(work.resolve("kernel"), segment, efiStub());
    }

    private Layer layer(String name, int size) throws IOException {
        Path segment = work.resolve(name + ".layer");
        if (!Files.exists(segment)) {
            Segments.write(segment, 3, cpio -> cpio.file("containers/layers/" + name + "/content", noise(size), 0644));
        }
        return new Layer(Layer.ROOT + name, segment, segment, new Layer.Summary(size, List.of(), List.of(), Map.of()));
    }

    private ImageAssembler.Parts parts() throws IOException {
        Layer shared = layer("shared", 5_001);
        Bundle web = new Bundle(
                "containers/services/web",
                "{\"web\":1}".getBytes(StandardCharsets.UTF_8),
                List.of(shared, layer("upper", 77)));
        Bundle log =
                new Bundle("containers/services/log", "{\"log\":1}".getBytes(StandardCharsets.UTF_8), List.of(shared));
        MachineFile file = new MachineFile("etc/motd", false, "hello".getBytes(StandardCharsets.UTF_8), 0600);
        return new ImageAssembler.Parts(base(), List.of(web, log), List.of(file), COMMAND_LINE);
    }

    @Test
    void kernelAndCommandLineAreThoseOfTheParts() throws Exception {
        assembler().assemble(parts(), output);
        Booted booted = read(output);
        assertThat(booted.kernel()).isEqualTo(noise(70_001));
        assertThat(booted.commandLine()).isEqualTo(COMMAND_LINE);
    }

    @Test
    void theInitrdIsTheBaseThenEachLayerOnceThenTheBundles() throws Exception {
        assembler().assemble(parts(), output);
        Map<String, String> entries = entries(read(output).initrd());
        assertThat(entries)
                .containsEntry("containers/services/web/config.json", "{\"web\":1}")
                .containsEntry("containers/services/log/config.json", "{\"log\":1}")
                .containsEntry("containers/services/log/layers", "/containers/layers/shared\n")
                .containsEntry(
                        "containers/services/web/layers", "/containers/layers/shared\n/containers/layers/upper\n")
                .containsEntry("etc/motd", "hello");
        assertThat(List.copyOf(entries.keySet()))
                .startsWith("init", "containers/layers/shared/content", "containers/layers/upper/content");
        assertThat(entries.get("containers/layers/shared/content"))
                .isEqualTo(new String(noise(5_001), StandardCharsets.ISO_8859_1));
    }

    @Test
    void segmentsAreCopiedAsTheyAreEachAtAMultipleOfFour() throws Exception {
        ImageAssembler.Parts parts = parts();
        assembler().assemble(parts, output);
        byte[] initrd = read(output).initrd();
        int position = 0;
        for (Path segment : List.of(
                parts.base().segment(),
                layer("shared", 5_001).segment(),
                layer("upper", 77).segment())) {
            byte[] bytes = Files.readAllBytes(segment);
            position = (position + 3) / 4 * 4;
            assertThat(Arrays.copyOfRange(initrd, position, position + bytes.length))
                    .isEqualTo(bytes);
            position += bytes.length;
        }
        assertThat(initrd.length).isGreaterThan(position);
    }

    @Test
    void theSamePartsGiveTheSameBytesAndOthersDoNot() throws Exception {
        Path again = Files.createDirectory(work.resolve("again"));
        Path other = Files.createDirectory(work.resolve("other"));
        ImageAssembler.Parts parts = parts();
        long bytes = assembler().assemble(parts, output);
        assertThat(assembler().assemble(parts, again)).isEqualTo(bytes).isGreaterThan(170_000);
        assembler().assemble(new ImageAssembler.Parts(parts.base(), parts.bundles(), List.of(), COMMAND_LINE), other);
        List<String> differing = new ArrayList<>();
        for (String name : files()) {
            assertThat(again.resolve(name)).hasSameBinaryContentAs(output.resolve(name));
            if (Files.mismatch(output.resolve(name), other.resolve(name)) >= 0) {
                differing.add(name);
            }
        }
        assertThat(differing).hasSize(1);
    }

    @Test
    void nothingButTheImageIsLeft() throws Exception {
        assembler().assemble(parts(), output);
        try (var left = Files.list(output)) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(files());
        }
    }

    @Test
    void anImageWithoutContainersIsOneToo() throws Exception {
        assembler().assemble(new ImageAssembler.Parts(base(), List.of(), List.of(), ""), output);
        Booted booted = read(output);
        assertThat(entries(booted.initrd())).containsOnlyKeys("init");
        assertThat(booted.commandLine()).isEmpty();
    }

    /** Contents by name in the archive's order, of all archives in a row as the kernel reads them. */
    private static Map<String, String> entries(byte[] initrd) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        int position = 0;
        while (position < initrd.length) {
            if (initrd[position] == 0) {
                position++;
                continue;
            }
            ByteArrayInputStream bytes = new ByteArrayInputStream(initrd, position, initrd.length - position);
            position += (int) com.github.luben.zstd.Zstd.findFrameCompressedSize(
                    Arrays.copyOfRange(initrd, position, initrd.length), 0);
            try (InputStream plain = new ZstdInputStreamNoFinalizer(bytes).setContinuous(false);
                    CpioArchiveInputStream cpio = new CpioArchiveInputStream(plain)) {
                CpioArchiveEntry entry;
                while ((entry = cpio.getNextEntry()) != null) {
                    assertThat(entries.put(
                                    entry.getName(), new String(cpio.readAllBytes(), StandardCharsets.ISO_8859_1)))
                            .as("%s twice", entry.getName())
                            .isNull();
                }
            }
        }
        return entries;
    }
}
