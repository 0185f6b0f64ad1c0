package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a machine's initrd is joined of, whatever format it is put into: the base's segment, the layers' and one small segment with
 * the bundles. Only that one is made and compressed here.
 */
public final class BootArchive {
    private static final int LEVEL = 12;

    private final CpioWriter cpio;
    private final Set<String> directories = new HashSet<>();

    private BootArchive(CpioWriter cpio) {
        this.cpio = cpio;
    }

    /**
     * The segments in the order in which they are joined, each once.
     *
     * @param own where to write the segment that only this image has
     */
    public static List<Path> segments(ImageAssembler.Parts parts, Path own) throws IOException {
        Segments.write(own, LEVEL, cpio -> new BootArchive(cpio).write(parts));
        Set<Path> segments = new LinkedHashSet<>();
        segments.add(parts.base().segment());
        for (Bundle bundle : parts.bundles()) {
            bundle.layers().forEach(layer -> segments.add(layer.segment()));
        }
        segments.add(own);
        return List.copyOf(segments);
    }

    private void write(ImageAssembler.Parts parts) throws IOException {
        for (Bundle bundle : parts.bundles()) {
            addDirectory(bundle.path());
            cpio.file(bundle.path() + "/config.json", bundle.configJson(), 0644);
            addDirectory(bundle.path() + "/rootfs");
            String lines = String.join("\n", layerDirectories(bundle.layers())) + "\n";
            cpio.file(bundle.path() + "/layers", lines.getBytes(StandardCharsets.UTF_8), 0644);
        }
        for (MachineFile file : parts.files()) {
            if (file.directory()) {
                addDirectory(parentOf(file.path()));
                directories.add(file.path());
                cpio.directory(file.path(), file.mode());
            } else {
                addDirectory(parentOf(file.path()));
                cpio.file(file.path(), file.contents(), file.mode());
            }
        }
    }

    private List<String> layerDirectories(List<Layer> layers) throws IOException {
        Map<String, Layer> below = new LinkedHashMap<>();
        // A directory may stand only once in an overlay; the upper of two equal layers says all.
        Set<String> all = new LinkedHashSet<>();
        for (Layer layer : layers) {
            if (layer.summary().hidesMore()) {
                Set<String> hidden = HiddenPaths.of(layer, List.copyOf(below.values()));
                if (!hidden.isEmpty()) {
                    addLast(all, addHidden(hidden));
                }
            }
            addLast(all, layer.directory());
            below.put(layer.directory(), layer);
        }
        return List.copyOf(all);
    }

    private static void addLast(Set<String> all, String directory) {
        all.remove(directory);
        all.add(directory);
    }

    private String addHidden(Set<String> hidden) throws IOException {
        Digest content = Digest.of(String.join("\n", hidden).getBytes(StandardCharsets.UTF_8));
        String directory = Layer.ROOT + "hidden-" + content.shortHex();
        if (directories.add(directory)) {
            HiddenPaths.write(cpio, directory.substring(1), hidden);
        }
        return directory;
    }

    private static String parentOf(String path) {
        return LayerPaths.parentOf(path);
    }

    private void addDirectory(String path) throws IOException {
        if (!path.isEmpty() && directories.add(path)) {
            addDirectory(parentOf(path));
            cpio.directory(path, 0755);
        }
    }
}
