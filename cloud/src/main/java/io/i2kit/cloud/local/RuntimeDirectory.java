package io.i2kit.cloud.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the Unix sockets of one data directory are. A socket's path may have 107 bytes at most ({@code unix(7)}) while a data
 * directory may lie anywhere, so they are in a short directory of their own, whose path the data directory records.
 */
public final class RuntimeDirectory {
    private static final String PRIVATE = "rwx------";
    private static final Pattern RECORDED = Pattern.compile("/.*/i2kit-[0-9a-f]{12}|/i2kit-[0-9a-f]{12}");

    private RuntimeDirectory() {}

    /** The part of a data directory that belongs to the embedded cloud. */
    public static Path stateOf(Path dataDirectory) {
        return dataDirectory.toAbsolutePath().normalize().resolve("cloud");
    }

    /** The file that tells where the sockets are. */
    private static Path recordOf(Path dataDirectory) {
        return stateOf(dataDirectory).resolve("runtime-directory");
    }

    /** The socket that the process listens on, below a runtime directory. */
    public static Path controlSocket(Path runtimeDirectory) {
        return runtimeDirectory.resolve("cloud.sock");
    }

    /**
     * The recorded runtime directory of a data directory, if its cloud was ever started. Callers delete what it names, so a
     * record that {@link #choose} cannot have written (empty after a full disk, say) counts as none.
     */
    public static Optional<Path> find(Path dataDirectory) throws IOException {
        try {
            String recorded = Files.readString(recordOf(dataDirectory)).strip();
            return RECORDED.matcher(recorded).matches() ? Optional.of(Path.of(recorded)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * The runtime directory, made when needed: readable by its owner only.
     *
     * @throws IOException also when the place is taken by somebody else
     */
    public static Path open(Path dataDirectory) throws IOException {
        Path directory = find(dataDirectory).orElseGet(() -> choose(dataDirectory));
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        } catch (FileAlreadyExistsException e) {
            requireOwn(directory);
        } catch (NoSuchFileException e) {
            directory = choose(dataDirectory);
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
            requireOwn(directory);
        }
        record(dataDirectory, directory);
        return directory;
    }

    /** The record is there as a whole or not at all. */
    private static void record(Path dataDirectory, Path directory) throws IOException {
        Files.createDirectories(stateOf(dataDirectory));
        Path file = recordOf(dataDirectory);
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, directory + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Somebody else could have made the directory first, in /tmp, to listen in. */
    private static void requireOwn(Path directory) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory()
                || !self.equals(owner)
                || !PosixFilePermissions.toString(attributes.permissions()).equals(PRIVATE)) {
            throw new IOException(directory + " exists and is not a directory of mode 0700 that belongs to this user");
        }
    }

    private static Path choose(Path dataDirectory) {
        String name = "i2kit-" + hash(dataDirectory.toAbsolutePath().normalize().toString());
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && runtime.length() < 60 && Files.isWritable(Path.of(runtime))) {
            return Path.of(runtime).resolve(name);
        }
        return Path.of("/tmp").resolve(name);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
