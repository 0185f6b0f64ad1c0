package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins the base's segment, the layers' and one small segment with the bundles: {@code kernel} and {@code initrd.img}. Joining
 * copies bytes and compresses only the small segment, so it takes milliseconds.
 */
public final class InitrdAssembler implements ImageAssembler {
    public static final String KERNEL = "kernel";
    public static final String INITRD = "initrd.img";

    private static final int LEVEL = 12;

    @Override
    public long assemble(Parts parts, Path output) throws IOException {
        Path kernel = output.resolve(KERNEL);
        copyOrLink(parts.base().kernel(), kernel);
        Path own = output.resolve("bundles.cpio.zst");
        Segments.write(own, LEVEL, cpio -> new OwnSegment(cpio).write(parts));
        Set<Path> segments = new LinkedHashSet<>();
        segments.add(parts.base().segment());
        for (Bundle bundle : parts.bundles()) {
            bundle.layers().forEach(layer -> segments.add(layer.segment()));
        }
        segments.add(own);
        Path initrd = output.resolve(INITRD);
        Segments.join(List.copyOf(segments), initrd);
        Files.delete(own);
        return Files.size(kernel) + Files.size(initrd);
    }

    /** The kernel is the same for all machines: one copy on disk where the file system can. */
    private static void copyOrLink(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(from, to);
        }
    }

    /** The segment that only this image has. */
    private static final class OwnSegment {
        private final CpioWriter cpio;
        private final Set<String> directories = new HashSet<>();

        OwnSegment(CpioWriter cpio) {
            this.cpio = cpio;
        }

        void write(Parts parts) throws IOException {
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
}
