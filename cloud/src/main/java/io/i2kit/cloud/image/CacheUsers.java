package io.i2kit.cloud.image;

import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which installations share a cache, and which machine images each one's launch templates name: none may delete what another's
 * machines boot. One file an installation: its data folder, then the names.
 */
final class CacheUsers {
    private final Path directory;

    /** @param directory created when missing */
    CacheUsers(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Replaces what an installation needs. */
    void note(Path installation, Set<String> images) throws IOException {
        String folder = installation.toAbsolutePath().normalize().toString();
        List<String> lines = new ArrayList<>();
        lines.add(folder);
        lines.addAll(new TreeSet<>(images));
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        String name = Digest.of(folder.getBytes(StandardCharsets.UTF_8)).shortHex();
        DurableFiles.replace(directory.resolve(name), text);
    }

    /** What all need; an installation whose folder is gone needs nothing and is forgotten. */
    Set<String> inUse() throws IOException {
        Set<String> images = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[!.]*")) {
            for (Path file : files) {
                images.addAll(neededBy(file));
            }
        }
        return images;
    }

    private static List<String> neededBy(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            // Forgotten by another process meanwhile.
            return List.of();
        }
        if (lines.isEmpty() || !Files.isDirectory(Path.of(lines.getFirst()))) {
            Files.deleteIfExists(file);
            return List.of();
        }
        return lines.subList(1, lines.size());
    }
}
