package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.initrd.CpioWriter.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The second reading of a layer: its tar as cpio entries below one directory. Whiteouts become overlayfs' own, character
 * devices 0:0 (Documentation/filesystems/overlayfs.rst). Extended attributes have no place in a cpio archive.
 */
final class LayerCpio {
    private static final int PERMISSIONS = 07777;
    private static final int DEFAULT_DIRECTORY = 0755;

    private final LayerScan scan;
    private final CpioWriter cpio;
    private final String root;
    private final Consumer<String> paths;
    private final Set<String> directories = new HashSet<>();
    private final Map<String, Integer> inodes = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();

    /**
     * @param root directory of the layer in the archive, without slashes around it
     * @param paths is told every path of the layer
     */
    LayerCpio(LayerScan scan, CpioWriter cpio, String root, Consumer<String> paths) {
        this.scan = scan;
        this.cpio = cpio;
        this.root = root;
        this.paths = paths;
    }

    void write(InputStream tar) throws IOException {
        cpio.directory(root, DEFAULT_DIRECTORY);
        directories.add("");
        TarArchiveInputStream entries = new TarArchiveInputStream(tar, StandardCharsets.UTF_8.name());
        TarArchiveEntry entry;
        int index = 0;
        while ((entry = entries.getNextEntry()) != null) {
            add(entry, index++, entries);
        }
        Set<String> replaced = Set.copyOf(scan.replaced());
        for (String hidden : scan.whiteouts) {
            if (!replaced.contains(hidden)) {
                addParents(hidden);
                cpio.node(root + "/" + hidden, Node.of(CpioWriter.CHARACTER_DEVICE));
            }
        }
        for (String opaque : scan.opaque) {
            addDirectory(opaque);
        }
    }

    private void add(TarArchiveEntry entry, int index, InputStream content) throws IOException {
        String path = scan.paths.resolve(entry.getName());
        if (LayerPaths.nameOf(path).startsWith(LayerScan.WHITEOUT)) {
            return;
        }
        if (entry.isDirectory()) {
            addParents(path);
            directories.add(path);
            cpio.node(path.isEmpty() ? root : root + "/" + path, nodeOf(entry, CpioWriter.DIRECTORY));
            paths.accept(path);
        } else if (!path.isEmpty() && Integer.valueOf(index).equals(scan.last.get(path))) {
            addParents(path);
            paths.accept(path);
            addNode(entry, path, content);
        }
    }

    private void addNode(TarArchiveEntry entry, String path, InputStream content) throws IOException {
        String name = root + "/" + path;
        if (entry.isSymbolicLink()) {
            cpio.symlink(name, entry.getLinkName(), nodeOf(entry, CpioWriter.SYMLINK));
        } else if (entry.isLink()) {
            addHardLink(path, name);
        } else if (entry.isCharacterDevice()) {
            cpio.node(name, nodeOf(entry, CpioWriter.CHARACTER_DEVICE));
        } else if (entry.isBlockDevice()) {
            cpio.node(name, nodeOf(entry, CpioWriter.BLOCK_DEVICE));
        } else if (entry.isFIFO()) {
            cpio.node(name, nodeOf(entry, CpioWriter.FIFO));
        } else {
            Node node = nodeOf(entry, CpioWriter.REGULAR);
            int links = scan.links.getOrDefault(path, 1);
            int inode = cpio.newInode();
            if (links > 1) {
                inodes.put(path, inode);
                nodes.put(path, node);
            }
            cpio.file(name, content, entry.getRealSize(), node, inode, links);
        }
    }

    private void addHardLink(String path, String name) throws IOException {
        String file = scan.linkTargets.getOrDefault(path, path);
        Integer inode = inodes.get(file);
        Node node = nodes.get(file);
        if (inode == null || node == null) {
            throw new IOException("hard link \"" + path + "\" comes before its target \"" + file + "\"");
        }
        cpio.file(name, InputStream.nullInputStream(), 0, node, inode, scan.links.getOrDefault(file, 1));
    }

    /** Directories that the tar leaves out must still be there for the kernel. */
    private void addParents(String path) throws IOException {
        addDirectory(LayerPaths.parentOf(path));
    }

    private void addDirectory(String path) throws IOException {
        if (directories.add(path)) {
            addParents(path);
            cpio.directory(root + "/" + path, DEFAULT_DIRECTORY);
            paths.accept(path);
        }
    }

    private static Node nodeOf(TarArchiveEntry entry, int type) {
        return new Node(
                type | entry.getMode() & PERMISSIONS,
                entry.getLongUserId(),
                entry.getLongGroupId(),
                entry.getDevMajor(),
                entry.getDevMinor());
    }
}
