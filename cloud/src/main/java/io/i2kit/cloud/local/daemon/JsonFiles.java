package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.protocol.Wire;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * Records of one kind, a file each, readable by the owner only. A put is there or not after a crash, never half: a new file
 * is written, synced and renamed, and the directory synced.
 */
final class JsonFiles<T> {
    /** Of 255 that file systems allow, with room for the suffixes. */
    private static final int MAX_NAME_BYTES = 200;

    private static final String SUFFIX = ".json";

    private final Path directory;
    private final Class<T> type;

    JsonFiles(Path directory, Class<T> type) throws IOException {
        this.directory = directory;
        this.type = type;
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** @throws CloudException.Unavailable when the disk does not take it; the former record is still there then */
    void put(String name, T value) {
        Path temporary = directory.resolve(fileName(name) + ".tmp");
        try {
            try (FileChannel file = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(Wire.JSON.writeValueAsBytes(value));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            }
            Files.move(temporary, directory.resolve(fileName(name) + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        } catch (IOException e) {
            throw new CloudException.Unavailable("cannot save the state of the embedded cloud: " + e.getMessage(), e);
        }
    }

    void remove(String name) {
        try {
            if (Files.deleteIfExists(directory.resolve(fileName(name) + SUFFIX))) {
                syncDirectory();
            }
        } catch (IOException e) {
            throw new CloudException.Unavailable("cannot save the state of the embedded cloud: " + e.getMessage(), e);
        }
    }

    /** One record, read again from its file. */
    T read(String name) throws IOException {
        return read(directory.resolve(fileName(name) + SUFFIX));
    }

    List<T> readAll() throws IOException {
        List<T> values = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                values.add(read(file));
            }
        }
        return values;
    }

    private T read(Path file) throws IOException {
        try {
            return Wire.JSON.readValue(Files.readAllBytes(file), type);
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String fileName(String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("*", "%2A");
        if (encoded.startsWith(".")) {
            encoded = "%2E" + encoded.substring(1);
        }
        if (encoded.length() <= MAX_NAME_BYTES) {
            return encoded;
        }
        // Long names stay distinct by their hash; nothing reads a name back from a file's name.
        return encoded.substring(0, MAX_NAME_BYTES - 40)
                + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
