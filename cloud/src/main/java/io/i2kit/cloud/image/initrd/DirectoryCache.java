package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.oci.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories by key, each made once and whole: filled under another name, synced, renamed. What a crash or a full disk
 * interrupts leaves only a temporary directory, which the next start removes. The directory's time tells its last use.
 */
public final class DirectoryCache {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryCache.class);
    private static final String TEMPORARY = ".tmp-";

    private final Path root;
    private final Map<String, ReentrantLock> making = new ConcurrentHashMap<>();

    /** @param root created when missing */
    public DirectoryCache(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root);
        removeLeftovers();
    }

    /** Fills a new directory. */
    @FunctionalInterface
    public interface Filler {
        void fill(Path directory) throws IOException;
    }

    /** The directory of a key, and notes its use. */
    public Optional<Path> find(String key) {
        Path directory = root.resolve(key);
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try {
            Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // A cache of another user can be read; it only ages.
            LOG.debug("cannot note the use of {}", directory, e);
        }
        return Optional.of(directory);
    }

    /**
     * The directory of a key, made when missing. Callers of the same key wait for one.
     *
     * @throws IOException what the filler throws; a full disk says so with the place
     */
    public Path make(String key, Filler filler) throws IOException {
        ReentrantLock lock = making.computeIfAbsent(key, k -> new ReentrantLock());
        lock.lock();
        try {
            Optional<Path> found = find(key);
            return found.isPresent() ? found.get() : fill(key, filler);
        } finally {
            lock.unlock();
            making.remove(key, lock);
        }
    }

    private Path fill(String key, Filler filler) throws IOException {
        Path target = root.resolve(key);
        Path temporary = root.resolve(TEMPORARY + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
        try {
            Files.createDirectory(temporary);
            filler.fill(temporary);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
                for (Path file : files) {
                    DurableFiles.sync(file);
                }
            }
            DurableFiles.sync(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.sync(root);
            return target;
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another process made the same content meanwhile.
            return target;
        } catch (IOException e) {
            throw isDiskFull(e) ? diskFull(e) : e;
        } finally {
            DurableFiles.deleteTree(temporary);
        }
    }

    private static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    private IOException diskFull(IOException cause) throws IOException {
        long freeBytes = Files.getFileStore(root).getUsableSpace();
        return new IOException(
                "no space left on device: %s has %d MiB free; free some space, nothing half-made was left"
                        .formatted(root, freeBytes >> 20),
                cause);
    }

    /** One entry of the cache. */
    private record Entry(String key, Path directory, long bytes, FileTime used) {}

    /**
     * Deletes the least recently used entries until the rest fits.
     *
     * @param unusedFor how long a deleted one was not used at least
     * @param inUse keys that stay whatever they weigh
     * @return the deleted keys
     */
    public List<String> collect(long maxBytes, Duration unusedFor, Predicate<String> inUse) throws IOException {
        Instant latest = Instant.now().minus(unusedFor);
        List<Entry> entries = entries();
        entries.sort(Comparator.comparing(Entry::used));
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        List<String> deleted = new ArrayList<>();
        for (Entry entry : entries) {
            if (total <= maxBytes) {
                break;
            }
            if (!entry.used().toInstant().isAfter(latest) && !inUse.test(entry.key())) {
                delete(entry.directory());
                total -= entry.bytes();
                deleted.add(entry.key());
            }
        }
        return deleted;
    }

    /** Renamed first, so that nobody finds a directory that is half gone. */
    private void delete(Path directory) throws IOException {
        Path temporary = root.resolve(TEMPORARY + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
        Files.move(directory, temporary, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.deleteTree(temporary);
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(root)) {
            for (Path directory : directories) {
                String key = String.valueOf(directory.getFileName());
                if (!key.startsWith(".") && Files.isDirectory(directory)) {
                    entries.add(new Entry(key, directory, bytesOf(directory), Files.getLastModifiedTime(directory)));
                }
            }
        }
        return entries;
    }

    private static long bytesOf(Path directory) throws IOException {
        long total = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                total += Files.size(file);
            }
        }
        return total;
    }

    private void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, TEMPORARY + "*")) {
            for (Path leftover : leftovers) {
                if (!isMakerAlive(String.valueOf(leftover.getFileName()))) {
                    DurableFiles.deleteTree(leftover);
                }
            }
        }
    }

    private static boolean isMakerAlive(String name) {
        String pid = name.substring(TEMPORARY.length()).split("-", 2)[0];
        return !pid.isEmpty()
                && pid.chars().allMatch(Character::isDigit)
                && ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }
}
