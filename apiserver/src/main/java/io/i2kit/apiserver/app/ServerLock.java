package io.i2kit.apiserver.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** At most one server on a data folder: a lock that the kernel drops when the process dies, in a file that holds its pid. */
final class ServerLock implements AutoCloseable {
    private final FileChannel channel;

    private ServerLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws UserError when another server holds it */
    static ServerLock take(DataFolder data) {
        try {
            FileChannel channel = FileChannel.open(
                    file(data), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new UserError("another i2kit server (process "
                        + Files.readString(file(data)).strip() + ") already serves the data folder " + data.root());
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return new ServerLock(channel);
        } catch (IOException e) {
            throw new UserError("the data folder " + data.root() + " cannot be locked: " + e.getMessage(), e);
        }
    }

    static boolean heldOn(DataFolder data) {
        return holder(data) != null;
    }

    /** The process that holds it, or null. */
    static @Nullable ProcessHandle holder(DataFolder data) {
        Path file = file(data);
        if (!Files.exists(file)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (tryLock(channel) != null) {
                return null;
            }
            return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    .orElse(null);
        } catch (IOException | NumberFormatException e) {
            throw new UserError("the lock " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static Path file(DataFolder data) {
        return data.root().resolve("server.pid");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UserError("the server's lock cannot be released: " + e.getMessage(), e);
        }
    }
}
