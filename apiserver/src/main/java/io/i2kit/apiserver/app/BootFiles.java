package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.disk.DiskAssembler;
import io.i2kit.cloud.image.initrd.InitrdAssembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/** What a machine boots: kernel, initrd and command line, or a disk. */
final class BootFiles {
    private static final List<String> NAMES =
            List.of(InitrdAssembler.KERNEL, InitrdAssembler.INITRD, InitrdAssembler.COMMAND_LINE, DiskAssembler.DISK);

    private BootFiles() {}

    /**
     * Copies those that are there; a file is replaced whole or not at all.
     *
     * @param to created when missing
     * @return it
     */
    static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String name : NAMES) {
            if (Files.exists(from.resolve(name))) {
                Path unfinished = to.resolve("." + name + ".part");
                Files.copy(from.resolve(name), unfinished, StandardCopyOption.REPLACE_EXISTING);
                Files.move(unfinished, to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return to;
    }

    /** For people: {@code kernel 11.7 MB, initrd 9.6 MB}, or {@code disk 37.7 MB}. */
    static String sizes(Path directory) throws IOException {
        Path disk = directory.resolve(DiskAssembler.DISK);
        return Files.exists(disk)
                ? "disk " + megabytes(disk)
                : "kernel " + megabytes(directory.resolve(InitrdAssembler.KERNEL)) + ", initrd "
                        + megabytes(directory.resolve(InitrdAssembler.INITRD));
    }

    private static String megabytes(Path file) throws IOException {
        return String.format(Locale.ROOT, "%.1f MB", Files.size(file) / 1e6);
    }
}
