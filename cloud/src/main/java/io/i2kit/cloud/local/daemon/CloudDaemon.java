package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.local.RuntimeDirectory;
import io.i2kit.cloud.local.daemon.fabric.Fabric;
import io.i2kit.cloud.local.daemon.fabric.SwitchFabric;
import io.i2kit.cloud.local.daemon.qemu.QemuHypervisor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded cloud. One runs for a data directory at a time; it may be killed at any moment, and the next one goes on where it
 * was: machines run on meanwhile.
 */
public final class CloudDaemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CloudDaemon.class);

    private final Path state;
    private final Path runtime;
    private final FileChannel lock;
    private final Core core;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable DaemonServer server;

    private CloudDaemon(Path state, Path runtime, FileChannel lock, Core core) {
        this.state = state;
        this.runtime = runtime;
        this.lock = lock;
        this.core = core;
    }

    /**
     * Starts the cloud of a data directory with QEMU machines; it serves when this returns.
     *
     * @throws IOException with a message for people: another one runs, or the disk or the socket is not usable
     */
    public static CloudDaemon start(DaemonOptions options) throws IOException, InterruptedException {
        Path state = RuntimeDirectory.stateOf(options.dataDirectory());
        QemuHypervisor hypervisor = new QemuHypervisor(Core.instancesIn(state));
        SwitchFabric fabric = new SwitchFabric(options.network());
        try {
            return start(options, hypervisor, fabric);
        } catch (IOException | InterruptedException | RuntimeException e) {
            fabric.close();
            throw e;
        }
    }

    /**
     * Starts the cloud of a data directory; it serves when this returns.
     *
     * @throws IOException with a message for people: another one runs, or the disk or the socket is not usable
     */
    static CloudDaemon start(DaemonOptions options, Hypervisor hypervisor, Fabric fabric)
            throws IOException, InterruptedException {
        Path state = RuntimeDirectory.stateOf(options.dataDirectory());
        Files.createDirectories(
                state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lock = lock(state);
        try {
            Path runtime = RuntimeDirectory.open(options.dataDirectory());
            Core core = new Core(options, state, runtime, hypervisor, fabric, new OwnerThread());
            CloudDaemon daemon = new CloudDaemon(state, runtime, lock, core);
            core.start();
            daemon.listen(core);
            log.info("the embedded cloud of {} serves at {}", options.dataDirectory(), runtime);
            return daemon;
        } catch (IOException | InterruptedException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void listen(Core started) throws IOException {
        CallHandler handler = new CallHandler(started.owner(), started, version(), this::endSoon);
        server = DaemonServer.listen(RuntimeDirectory.controlSocket(runtime), handler);
    }

    private static String version() {
        String version = CloudDaemon.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static FileChannel lock(Path state) throws IOException {
        FileChannel channel =
                FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            log.debug("this process has it");
        }
        channel.close();
        throw new IOException("an embedded cloud runs for " + state.getParent() + " already");
    }

    /** The answer to the caller goes out first. */
    private void endSoon(boolean destroy) {
        Thread.ofPlatform().name("shutdown").start(() -> {
            try {
                Thread.sleep(50);
                end(destroy);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Waits until it has ended. */
    public void await() throws InterruptedException {
        ended.await();
    }

    /** Ends this process's part; machines run on. */
    @Override
    public void close() {
        end(false);
    }

    private void end(boolean destroy) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        try {
            if (destroy) {
                core.destroyMachines();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        core.close();
        if (server != null) {
            server.stopListening();
        }
        removeFiles(destroy);
        if (server != null) {
            server.close();
        }
        ended.countDown();
    }

    private void removeFiles(boolean destroy) {
        try {
            if (destroy) {
                deleteTree(runtime);
                deleteTree(state);
            } else if (isEmpty(runtime)) {
                Files.deleteIfExists(runtime);
            }
        } catch (IOException e) {
            log.warn("cannot remove everything: {}", e.toString());
        }
        try {
            lock.close();
        } catch (IOException e) {
            log.warn("cannot release the data directory: {}", e.toString());
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Removes a directory and what is in it. */
    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    /**
     * Ends all machines of a data directory whose cloud does not run, and removes its state.
     *
     * @throws IOException also when a cloud runs: ask that one
     */
    public static void destroy(Path dataDirectory) throws IOException {
        Path state = RuntimeDirectory.stateOf(dataDirectory);
        if (!Files.isDirectory(state)) {
            return;
        }
        try (FileChannel held = lock(state)) {
            new QemuHypervisor(Core.instancesIn(state)).endStrays(List.of());
            var runtime = RuntimeDirectory.find(dataDirectory);
            if (runtime.isPresent()) {
                deleteTree(runtime.get());
            }
            deleteTree(state);
            log.debug("released {}", held);
        }
    }
}
