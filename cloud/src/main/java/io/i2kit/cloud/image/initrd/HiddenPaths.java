package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.initrd.CpioWriter.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stands for opaque directories. Overlayfs marks them by an extended attribute, which a boot archive cannot carry; a thin
 * layer of whiteouts right below the layer hides the same entries, and the layer's own segment stays independent of others.
 */
final class HiddenPaths {
    private HiddenPaths() {}

    /**
     * @param layer with opaque directories or replaced paths
     * @param lower the layers below it, in any order
     * @return the paths to white out, sorted
     */
    static Set<String> of(Layer layer, List<Layer> lower) throws IOException {
        Set<String> hidden = new TreeSet<>(layer.summary().replaced());
        Collection<String> opaque = new HashSet<>(layer.summary().opaque());
        for (Layer below : opaque.isEmpty() ? List.<Layer>of() : lower) {
            try (BufferedReader lines = Files.newBufferedReader(below.paths())) {
                String path;
                while ((path = lines.readLine()) != null) {
                    if (!path.isEmpty() && opaque.contains(LayerPaths.parentOf(path))) {
                        hidden.add(path);
                    }
                }
            }
        }
        return hidden;
    }

    /** @param root the thin layer's directory in the archive, without a leading slash */
    static void write(CpioWriter cpio, String root, Set<String> hidden) throws IOException {
        cpio.directory(root, 0755);
        Set<String> directories = new HashSet<>();
        directories.add("");
        for (String path : hidden) {
            addDirectory(cpio, root, LayerPaths.parentOf(path), directories);
            cpio.node(root + "/" + path, Node.of(CpioWriter.CHARACTER_DEVICE));
        }
    }

    private static void addDirectory(CpioWriter cpio, String root, String path, Set<String> directories)
            throws IOException {
        if (directories.add(path)) {
            addDirectory(cpio, root, LayerPaths.parentOf(path), directories);
            cpio.directory(root + "/" + path, 0755);
        }
    }
}
