package io.i2kit.apiserver.storage.rocksdb;

import io.i2kit.apiserver.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder of one database: held by one process at a time, with its format written down. */
final class DataDirectory implements AutoCloseable {
    /** First line of the file {@code FORMAT}. Raised when older servers could no longer read the data. */
    private static final String FORMAT = "i2kit-storage 2";
    /** Read, and written on as {@link #FORMAT}: it has no encrypted values. */
    private static final String OLDER_FORMAT = "i2kit-storage 1";

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** @throws StorageException.Unavailable when another server holds the folder, or it was written in another format */
    static DataDirectory open(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            DataDirectory directory = new DataDirectory(path, channel);
            try {
                directory.lock();
                directory.checkFormat();
                return directory;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException.Unavailable("cannot open the data folder " + path + ": " + e.getMessage(), e);
        }
    }

    /** Where RocksDB keeps its files. */
    Path database() {
        return path.resolve("db");
    }

    private void lock() throws IOException {
        if (tryLock() == null) {
            ByteBuffer holder = ByteBuffer.allocate(32);
            int length = Math.max(0, lockFile.read(holder, 0));
            String process = new String(holder.array(), 0, length, StandardCharsets.US_ASCII).strip();
            throw new StorageException.Unavailable(
                    "the data folder " + path + " is in use by another server"
                            + (process.isEmpty() ? "" : " (process " + process + ")"),
                    null);
        }
        byte[] process = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        lockFile.truncate(0);
        lockFile.write(ByteBuffer.wrap(process), 0);
    }

    private @Nullable FileLock tryLock() throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private void checkFormat() throws IOException {
        Path file = path.resolve("FORMAT");
        String found = Files.exists(file) ? Files.readString(file).strip() : "";
        if (found.isEmpty() || found.equals(OLDER_FORMAT)) {
            Path temporary = path.resolve("FORMAT.tmp"); // a full disk must not leave half a format behind
            Files.writeString(temporary, FORMAT + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        if (!found.equals(FORMAT)) {
            throw new StorageException.Unavailable(
                    "the data folder " + path + " holds format \"" + found + "\", this version reads \"" + FORMAT
                            + "\"",
                    null);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
