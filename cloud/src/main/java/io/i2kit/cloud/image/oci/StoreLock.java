package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A lock between the threads of this process and between processes. File locks alone do not order threads of one JVM. */
final class StoreLock {
    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final Path file;
    private final ReentrantLock local;

    StoreLock(Path file) {
        this.file = file.toAbsolutePath().normalize();
        this.local = IN_PROCESS.computeIfAbsent(this.file, path -> new ReentrantLock());
    }

    /** What runs under the lock. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    void run(Action action) throws IOException {
        local.lock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!held.isValid()) {
                throw new IOException("cannot lock " + file);
            }
            action.run();
        } finally {
            local.unlock();
        }
    }
}
