package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.initrd.CpioWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of several packages as one root directory, with {@code /bin}, {@code /sbin}, {@code /lib} and {@code /lib64} under
 * {@code /usr} as Debian installs them. File contents are spooled to disk.
 */
public final class PackageTree {
    private static final int MAX_LINKS = 16;
    private static final String WHITEOUT = ".wh.";

    private final Path spool;
    private final NavigableMap<String, Entry> entries = new TreeMap<>();
    private int spooled;

    /** @param spool an empty directory that the caller deletes */
    public PackageTree(Path spool) {
        this.spool = spool;
    }

    /**
     * A file of the tree.
     *
     * @param mode type and permission bits
     * @param target of a symbolic link, or empty
     * @param content of a regular file, or null
     */
    record Entry(
            int mode,
            long uid,
            long gid,
            String target,
            @Nullable Path content) {
        boolean isFile() {
            return content != null;
        }

        boolean isLink() {
            return (mode & CpioWriter.TYPE_MASK) == CpioWriter.SYMLINK;
        }

        boolean isDirectory() {
            return (mode & CpioWriter.TYPE_MASK) == CpioWriter.DIRECTORY;
        }
    }

    /** Adds a package's files that the filter wants, by their merged paths. */
    void add(Path deb, Predicate<String> wanted) throws IOException {
        DebArchive.read(deb, (path, entry, content) -> {
            String merged = merged(path);
            if (!merged.isEmpty() && wanted.test(merged)) {
                addEntry(merged, entry, content);
            }
        });
    }

    /**
     * Adds the files of an image's layer, or of another archive, that the filter wants; what the layer hides goes.
     *
     * @param tar uncompressed
     */
    public void addLayer(InputStream tar, Predicate<String> wanted) throws IOException {
        TarArchiveInputStream archive = new TarArchiveInputStream(tar, StandardCharsets.UTF_8.name());
        TarArchiveEntry entry;
        while ((entry = archive.getNextEntry()) != null) {
            String path = merged(DebArchive.clean(entry.getName()));
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.startsWith(WHITEOUT)) {
                entries.remove(path.substring(0, path.length() - name.length()) + name.substring(WHITEOUT.length()));
            } else if (!path.isEmpty() && !isMergedAway(entry) && wanted.test(path)) {
                addEntry(path, entry, archive);
            }
        }
    }

    /** A link like {@code /lib}, which this tree always has. */
    private static boolean isMergedAway(TarArchiveEntry entry) {
        String name = DebArchive.clean(entry.getName());
        return entry.isSymbolicLink() && !name.contains("/") && !merged(name).equals(name);
    }

    /** The content of a file, empty when there is no such file. */
    public Optional<Path> file(String path) {
        Entry entry = entries.get(path);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.content());
    }

    private void addEntry(String path, TarArchiveEntry entry, InputStream content) throws IOException {
        int permissions = entry.getMode() & 07777;
        if (entry.isDirectory()) {
            entries.putIfAbsent(path, node(CpioWriter.DIRECTORY | permissions, entry, ""));
        } else if (entry.isSymbolicLink()) {
            entries.put(path, node(CpioWriter.SYMLINK | 0777, entry, entry.getLinkName()));
        } else if (entry.isLink()) {
            Entry target = entries.get(merged(DebArchive.clean(entry.getLinkName())));
            if (target != null) {
                entries.put(path, target);
            }
        } else if (entry.isFile()) {
            Path file = spool.resolve(Integer.toString(spooled++));
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            entries.put(path, file(file, permissions, entry.getLongUserId(), entry.getLongGroupId()));
        }
    }

    private static Entry node(int mode, TarArchiveEntry entry, String target) {
        return new Entry(mode, entry.getLongUserId(), entry.getLongGroupId(), target, null);
    }

    private static Entry file(Path content, int permissions, long uid, long gid) {
        return new Entry(CpioWriter.REGULAR | permissions, uid, gid, "", content);
    }

    /** Adds or replaces a file. */
    void put(String path, byte[] content, int permissions) throws IOException {
        Path file = spool.resolve(Integer.toString(spooled++));
        Files.write(file, content);
        entries.put(path, file(file, permissions, 0, 0));
    }

    void putDirectory(String path, int permissions, long uid, long gid) {
        entries.put(path, new Entry(CpioWriter.DIRECTORY | permissions, uid, gid, "", null));
    }

    void putLink(String path, String target) {
        entries.put(path, new Entry(CpioWriter.SYMLINK | 0777, 0, 0, target, null));
    }

    /** Adds another tree's files; those that are there stay. */
    void addAll(PackageTree other) {
        other.entries.forEach(entries::putIfAbsent);
    }

    /** In the order of paths: a directory comes before what it holds. */
    NavigableMap<String, Entry> entries() {
        return entries;
    }

    void remove(Predicate<String> unwanted) {
        entries.keySet().removeIf(unwanted);
    }

    /** {@code lib/x} is {@code usr/lib/x}; the four directories themselves are gone. */
    static String merged(String path) {
        String first = path.split("/", 2)[0];
        return switch (first) {
            case "bin", "sbin", "lib", "lib64" -> "usr/" + path;
            default -> path;
        };
    }

    /** The file that a path means, through symbolic links. */
    Optional<Map.Entry<String, Entry>> follow(String path) {
        String at = merged(path);
        for (int i = 0; i < MAX_LINKS; i++) {
            Entry entry = entries.get(at);
            if (entry == null) {
                return Optional.empty();
            }
            if (!entry.isLink()) {
                return Optional.of(Map.entry(at, entry));
            }
            at = linkTarget(at, entry.target());
        }
        return Optional.empty();
    }

    /** Where a symbolic link at a path points, as a path of the tree. */
    static String linkTarget(String path, String target) {
        Path base = Path.of("/" + path).getParent();
        Path resolved = (base == null ? Path.of("/") : base).resolve(target).normalize();
        return merged(resolved.toString().substring(1));
    }

    static byte[] read(Entry file) throws IOException {
        Path content = file.content();
        if (content == null) {
            throw new IOException("not a regular file");
        }
        return Files.readAllBytes(content);
    }

    /**
     * Every parent directory of every entry, so that the tree is whole as a layer: as the first of the lower layers has it, or else with
     * root's default.
     */
    void completeDirectories(PackageTree... lower) {
        for (String path : entries.keySet().toArray(String[]::new)) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                entries.computeIfAbsent(
                        path.substring(0, slash),
                        parent -> Stream.of(lower)
                                .map(tree -> tree.entries.get(parent))
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElseGet(() -> new Entry(CpioWriter.DIRECTORY | 0755, 0, 0, "", null)));
            }
        }
    }
}
