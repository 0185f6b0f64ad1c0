package io.i2kit.apiserver.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What a machine boots. */
final class BootFiles {
    static final String KERNEL = "kernel";
    static final String INITRD = "initrd.img";
    private static final String COMMAND_LINE = "cmdline";

    private BootFiles() {}

    /**
     * Copies them; a file is replaced whole or not at all.
     *
     * @param to created when missing
     * @return it
     */
    static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String name : List.of(KERNEL, INITRD, COMMAND_LINE)) {
            Path unfinished = to.resolve("." + name + ".part");
            Files.copy(from.resolve(name), unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        return to;
    }
}
