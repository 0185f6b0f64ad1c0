package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.OciJson;
import io.i2kit.cloud.image.oci.PullException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Turns image layers into segments, each once: a layer's segment depends on nothing but the layer, so every image that has the
 * layer shares it.
 */
public final class LayerSegments {
    private static final String SEGMENT = "segment.cpio.zst";
    private static final String PATHS = "paths";
    private static final String SUMMARY = "layer.json";
    private static final String BLOB = "blob";

    /** Changes whenever the same layer would give other bytes. */
    private static final String FORMAT = "2";

    /** A tenth smaller than {@link #QUICK}, some 2 MB a second: for layers of small machines, where it counts. */
    private static final int THOROUGH = 19;

    private static final int QUICK = 12;
    private static final long THOROUGH_UP_TO_BYTES = 16L << 20;

    private final DirectoryCache cache;

    public LayerSegments(DirectoryCache cache) {
        this.cache = cache;
    }

    /** The key of a layer in the cache. */
    public static String key(Digest diffId) {
        return diffId.hex() + "-" + FORMAT;
    }

    /** Where the files of a layer are in the machine. */
    static String directoryOf(Digest diffId) {
        return Layer.ROOT + diffId.hex().substring(0, 16);
    }

    /** The layer if it is there, without any transfer. */
    public Optional<Layer> find(Digest diffId) throws IOException {
        Optional<Path> directory = cache.find(key(diffId));
        return directory.isEmpty() ? Optional.empty() : Optional.of(layer(diffId, directory.get()));
    }

    /**
     * The layer, made when missing.
     *
     * @param blob its compressed form in the image's manifest
     * @throws PullException when it cannot be fetched or is damaged
     * @throws IOException when the disk fails or is full
     */
    public Layer get(ImageSource image, Descriptor blob, Digest diffId) throws IOException {
        return layer(diffId, cache.make(key(diffId), directory -> make(image, blob, diffId, directory)));
    }

    private Layer layer(Digest diffId, Path directory) throws IOException {
        byte[] summary = Files.readAllBytes(directory.resolve(SUMMARY));
        return new Layer(
                directoryOf(diffId),
                directory.resolve(SEGMENT),
                directory.resolve(PATHS),
                OciJson.read(summary, Layer.Summary.class, SUMMARY));
    }

    private static void make(ImageSource image, Descriptor blob, Digest diffId, Path directory) throws IOException {
        Path file = directory.resolve(BLOB);
        LayerTransfer.fetch(image, blob, file);
        LayerScan scan;
        String reference = image.reference().toString();
        try (InputStream tar = LayerStreams.uncompressed(file)) {
            scan = LayerScan.of(tar);
        } catch (IOException e) {
            throw new PullException.Corrupt(reference, "failed to extract layer " + diffId + ": " + e.getMessage(), e);
        }
        if (!scan.diffId().equals(diffId)) {
            throw new PullException.Corrupt(
                    reference, "failed to extract layer " + diffId + ": its content has digest " + scan.diffId(), null);
        }
        write(scan, file, diffId, directory);
        Layer.Summary summary =
                new Layer.Summary(scan.unpackedBytes(), scan.opaque.stream().toList(), scan.replaced(), scan.accounts);
        Files.write(directory.resolve(SUMMARY), OciJson.write(summary));
        Files.delete(file);
    }

    private static void write(LayerScan scan, Path blob, Digest diffId, Path directory) throws IOException {
        String root = directoryOf(diffId).substring(1);
        int level = scan.unpackedBytes() <= THOROUGH_UP_TO_BYTES ? THOROUGH : QUICK;
        try (InputStream tar = LayerStreams.uncompressed(blob);
                BufferedWriter paths = Files.newBufferedWriter(directory.resolve(PATHS))) {
            Segments.write(
                    directory.resolve(SEGMENT),
                    level,
                    cpio -> new LayerCpio(scan, cpio, root, path -> writeLine(paths, path)).write(tar));
        }
    }

    private static void writeLine(BufferedWriter paths, String path) {
        try {
            // A name may hold a newline; such a path cannot be hidden by an upper opaque directory.
            if (path.indexOf('\n') < 0) {
                paths.write(path);
                paths.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes the least recently used layers beyond a size.
     *
     * @param unusedFor how long a deleted one was not used at least
     * @return how many
     */
    public int collect(long maxBytes, Duration unusedFor) throws IOException {
        return cache.collect(maxBytes, unusedFor, key -> false).size();
    }
}
