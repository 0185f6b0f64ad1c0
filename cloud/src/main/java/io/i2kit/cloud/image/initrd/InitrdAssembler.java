package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kernel, initrd and command line as three files: {@code kernel}, {@code initrd.img} and {@code cmdline}. */
public final class InitrdAssembler implements ImageAssembler {
    public static final String KERNEL = "kernel";
    public static final String INITRD = "initrd.img";
    public static final String COMMAND_LINE = "cmdline";

    @Override
    public long assemble(Parts parts, Path output) throws IOException {
        Path kernel = output.resolve(KERNEL);
        copyOrLink(parts.base().kernel(), kernel);
        Path own = output.resolve("bundles.cpio.zst");
        Path initrd = output.resolve(INITRD);
        Segments.join(BootArchive.segments(parts, own), initrd);
        Files.delete(own);
        Files.writeString(output.resolve(COMMAND_LINE), parts.commandLine());
        return Files.size(kernel) + Files.size(initrd);
    }

    /** The kernel is the same for all machines: one copy on disk where the file system can. */
    private static void copyOrLink(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(from, to);
        }
    }
}
