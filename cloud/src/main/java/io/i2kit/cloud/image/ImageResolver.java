package io.i2kit.cloud.image;

import io.i2kit.cloud.image.initrd.Layer;
import io.i2kit.cloud.image.initrd.LayerSegments;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DockerConfig;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what a manifest says of images into digests and configurations. */
public final class ImageResolver {
    private final ImageCatalog catalog;
    private final LayerSegments segments;

    ImageResolver(ImageCatalog catalog, LayerSegments segments) {
        this.catalog = catalog;
        this.segments = segments;
    }

    /**
     * Blocks for a request or two to the registry; no layer is pulled.
     *
     * @param pullSecrets data of {@code .dockerconfigjson}; a later build of the same image uses them again
     * @throws PullException with the kubelet's reason and words
     */
    public ResolvedImage resolve(
            String reference, List<byte[]> pullSecrets, PullPolicy policy, Architecture architecture) {
        ImageSource image = catalog.resolve(
                ImageReference.parse(reference), DockerConfig.ofSecrets(pullSecrets), policy, architecture);
        ImageConfig.Execution execution = image.config().execution();
        return new ResolvedImage(
                reference,
                image.reference().toString(),
                orEmpty(execution.entrypoint()),
                orEmpty(execution.cmd()),
                orEmpty(execution.env()),
                orEmpty(execution.workingDir()),
                orEmpty(execution.user()),
                orEmpty(execution.stopSignal()),
                execution.exposedPorts() == null
                        ? List.of()
                        : execution.exposedPorts().keySet().stream().sorted().toList(),
                image.manifest().transferBytes(),
                unpackedBytes(image));
    }

    /**
     * Lets builds use credentials for an image that an earlier process resolved.
     *
     * @param digestReference of {@link ResolvedImage}
     * @param pullSecrets data of {@code .dockerconfigjson}
     */
    public void grant(String digestReference, List<byte[]> pullSecrets) {
        catalog.grant(ImageReference.parse(digestReference), DockerConfig.ofSecrets(pullSecrets));
    }

    private long unpackedBytes(ImageSource image) {
        long total = 0;
        try {
            for (String diffId : image.config().rootfs().diffIds()) {
                Optional<Layer> layer = segments.find(Digest.parse(diffId));
                if (layer.isEmpty()) {
                    return 0;
                }
                total += layer.get().summary().unpackedBytes();
            }
        } catch (IOException e) {
            // A cache that cannot be read is filled anew by the build; until then the size is not known.
            return 0;
        }
        return total;
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
