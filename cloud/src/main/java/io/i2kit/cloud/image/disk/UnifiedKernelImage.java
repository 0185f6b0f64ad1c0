package io.i2kit.cloud.image.disk;

import io.i2kit.cloud.image.disk.PortableExecutable.Machine;
import io.i2kit.cloud.image.disk.PortableExecutable.Section;
import io.i2kit.cloud.image.initrd.Segments;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A unified kernel image (UAPI.5): systemd's EFI stub with command line, kernel and initrd as sections. The stub starts the kernel
 * with the others' content. The parts are read when it is written and never held in memory.
 */
final class UnifiedKernelImage {
    private final PortableExecutable program;
    private final List<Part> parts = new ArrayList<>();

    /** Writes a section's content. */
    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private record Part(Section section, Content content) {}

    private UnifiedKernelImage(PortableExecutable program) {
        this.program = program;
    }

    /**
     * @param segments what the initrd is joined of
     * @throws IOException when the stub is none for the machine, or the whole does not fit into one file
     */
    static UnifiedKernelImage of(Path stub, Path kernel, String commandLine, List<Path> segments, Machine machine)
            throws IOException {
        UnifiedKernelImage image = new UnifiedKernelImage(PortableExecutable.parse(Files.readAllBytes(stub), machine));
        byte[] words = commandLine.getBytes(StandardCharsets.UTF_8);
        image.add(".cmdline", words.length, out -> out.write(words));
        image.add(".linux", Files.size(kernel), out -> Files.copy(kernel, out));
        image.add(".initrd", Segments.joinedSize(segments), out -> Segments.join(segments, out));
        return image;
    }

    private void add(String name, long size, Content content) throws IOException {
        parts.add(new Part(program.add(name, size), content));
    }

    /** In bytes. */
    long size() {
        return program.fileSize();
    }

    void writeTo(OutputStream out) throws IOException {
        byte[] start = program.start();
        out.write(start);
        long position = start.length;
        for (Part part : parts) {
            out.write(new byte[(int) (part.section().fileOffset() - position)]);
            part.content().writeTo(out);
            position = part.section().fileOffset() + part.section().size();
        }
        out.write(new byte[(int) (program.fileSize() - position)]);
    }
}
