package io.i2kit.cloud.image;

import io.i2kit.cloud.image.initrd.Layer;
import io.i2kit.cloud.image.initrd.LayerSegments;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Brings an image's layers into the segment cache, a few at a time, and says so in a kubelet's words. */
final class ImagePuller {
    private final ImageCatalog catalog;
    private final LayerSegments segments;
    private final Semaphore layersAtOnce;

    /** @param layersAtOnce of all builds together: each holds a compressor's memory and a core */
    ImagePuller(ImageCatalog catalog, LayerSegments segments, int layersAtOnce) {
        this.catalog = catalog;
        this.segments = segments;
        this.layersAtOnce = new Semaphore(layersAtOnce);
    }

    /** @param layers lowest first */
    record Pulled(ImageSource source, List<Layer> layers) {}

    /**
     * @param reference by digest
     * @throws PullException when it cannot be had
     * @throws IOException when the disk fails or is full
     */
    Pulled pull(ImageReference reference, Architecture architecture, ImageProgress progress) throws IOException {
        long start = System.nanoTime();
        ImageSource source = catalog.byDigest(reference, architecture);
        List<Layer> present = present(source);
        if (present.size() == source.manifest().layers().size()) {
            progress.step("Normal", "Pulled", "Container image \"" + reference + "\" already present on machine");
            return new Pulled(source, present);
        }
        progress.step("Normal", "Pulling", "Pulling image \"" + reference + "\"");
        List<Layer> layers = pullLayers(source);
        String took = Durations.since(start);
        progress.step(
                "Normal",
                "Pulled",
                "Successfully pulled image \"%s\" in %s (%s including waiting). Image size: %d bytes."
                        .formatted(reference, took, took, source.manifest().transferBytes()));
        return new Pulled(source, layers);
    }

    private List<Layer> present(ImageSource source) throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (Digest diffId : diffIds(source)) {
            segments.find(diffId).ifPresent(layers::add);
        }
        return layers;
    }

    private static List<Digest> diffIds(ImageSource source) {
        List<String> texts = source.config().rootfs().diffIds();
        if (texts.size() != source.manifest().layers().size()) {
            throw new PullException.Corrupt(
                    source.reference().toString(),
                    "mismatched image rootfs and manifest layers: %d and %d"
                            .formatted(texts.size(), source.manifest().layers().size()),
                    null);
        }
        try {
            return texts.stream().map(Digest::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new PullException.Corrupt(source.reference().toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<Layer> pullLayers(ImageSource source) throws IOException {
        List<Digest> diffIds = diffIds(source);
        List<Descriptor> blobs = source.manifest().layers();
        List<Future<Layer>> futures = new ArrayList<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < blobs.size(); i++) {
                Descriptor blob = blobs.get(i);
                Digest diffId = diffIds.get(i);
                Callable<Layer> task = () -> pullLayer(source, blob, diffId);
                futures.add(workers.submit(task));
            }
            List<Layer> layers = new ArrayList<>();
            for (Future<Layer> future : futures) {
                layers.add(await(future));
            }
            return layers;
        }
    }

    private Layer pullLayer(ImageSource source, Descriptor blob, Digest diffId)
            throws IOException, InterruptedException {
        layersAtOnce.acquire();
        try {
            return segments.get(source, blob, diffId);
        } finally {
            layersAtOnce.release();
        }
    }

    private static Layer await(Future<Layer> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException problem -> throw problem;
                case null, default -> throw new IOException(String.valueOf(e.getMessage()), e);
            }
        }
    }
}
