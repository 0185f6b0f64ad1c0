package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The first reading of a layer: what must be known before the first byte is written. A hard link's target needs its number of
 * names, only the last of equal names counts, and links on the way must be resolved.
 */
final class LayerScan {
    static final String WHITEOUT = ".wh.";
    static final String OPAQUE = ".wh..wh..opq";

    /** {@code /etc/passwd} and {@code /etc/group} are read up to this size. */
    private static final int MAX_ACCOUNTS_BYTES = 1 << 20;

    final LayerPaths paths = new LayerPaths();

    /** By path, the index of the last entry of that name. */
    final Map<String, Integer> last = new HashMap<>();

    /** By the path of a file, how many names it has. */
    final Map<String, Integer> links = new HashMap<>();

    /** By the name of a hard link, the file. */
    final Map<String, String> linkTargets = new HashMap<>();

    final Set<String> whiteouts = new TreeSet<>();
    final Set<String> opaque = new TreeSet<>();
    final Map<String, String> accounts = new HashMap<>();
    private final Set<String> regular = new HashSet<>();
    private final Set<String> directories = new HashSet<>();
    private @Nullable String orphan;
    private long unpackedBytes;
    private @Nullable Digest diffId;

    /** Reads the whole uncompressed tar. */
    static LayerScan of(InputStream tar) throws IOException {
        LayerScan scan = new LayerScan();
        // The digest covers every byte, also those after the archive's end.
        DigestInputStream counted = new DigestInputStream(tar, Digest.sha256());
        TarArchiveInputStream entries = new TarArchiveInputStream(counted, StandardCharsets.UTF_8.name());
        TarArchiveEntry entry;
        int index = 0;
        while ((entry = entries.getNextEntry()) != null) {
            scan.add(entry, index++, entries);
        }
        counted.transferTo(OutputStream.nullOutputStream());
        scan.diffId = Digest.finish(counted.getMessageDigest());
        return scan;
    }

    private void add(TarArchiveEntry entry, int index, InputStream content) throws IOException {
        String path = paths.resolve(entry.getName());
        String name = LayerPaths.nameOf(path);
        if (name.startsWith(WHITEOUT)) {
            addWhiteout(LayerPaths.parentOf(path), name);
            return;
        }
        last.put(path, index);
        if (entry.isDirectory()) {
            directories.add(path);
        }
        String parent = LayerPaths.parentOf(path);
        if (orphan == null && !parent.isEmpty() && !directories.contains(parent)) {
            orphan = path;
        }
        if (entry.isSymbolicLink()) {
            paths.addSymlink(path, entry.getLinkName());
        } else {
            paths.removeSymlink(path);
        }
        if (entry.isLink()) {
            addHardLink(path, paths.resolve(entry.getLinkName()));
        } else if (entry.isFile()) {
            regular.add(path);
            unpackedBytes += entry.getRealSize();
            if ((path.equals("etc/passwd") || path.equals("etc/group")) && entry.getRealSize() <= MAX_ACCOUNTS_BYTES) {
                accounts.put(path, new String(content.readNBytes(MAX_ACCOUNTS_BYTES), StandardCharsets.UTF_8));
            }
        }
    }

    private void addWhiteout(String parent, String name) {
        if (name.equals(OPAQUE)) {
            opaque.add(parent);
        } else if (!name.startsWith(WHITEOUT + WHITEOUT)) {
            String hidden = name.substring(WHITEOUT.length());
            whiteouts.add(parent.isEmpty() ? hidden : parent + "/" + hidden);
        }
    }

    private void addHardLink(String path, String target) throws IOException {
        String file = linkTargets.getOrDefault(target, target);
        if (!regular.contains(file)) {
            throw new IOException("hard link \"" + path + "\" has its target \"" + target + "\" outside of the layer");
        }
        linkTargets.put(path, file);
        links.merge(file, 2, (old, two) -> old + 1);
    }

    Digest diffId() {
        if (diffId == null) {
            throw new IllegalStateException("the layer was not read to its end");
        }
        return diffId;
    }

    /** The first path whose directory has no entry before it. */
    @Nullable
    String orphan() {
        return orphan;
    }

    long unpackedBytes() {
        return unpackedBytes;
    }

    /** Names that hide something below and are there themselves; a whiteout node cannot stand beside them. */
    List<String> replaced() {
        List<String> both = new ArrayList<>();
        for (String path : whiteouts) {
            if (last.containsKey(path)) {
                both.add(path);
            }
        }
        return both;
    }
}
