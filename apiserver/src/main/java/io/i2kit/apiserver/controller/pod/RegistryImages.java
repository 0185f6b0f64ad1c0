package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.image.ImageResolver;
import io.i2kit.cloud.image.PullPolicy;
import io.i2kit.cloud.image.ResolvedImage;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.translator.ContainerImage;
import java.util.List;

/** Asks registries and the local store. */
public final class RegistryImages implements ImageLookup {
    /** Gzip's usual gain on programs and libraries, where the files' own size is not known yet. */
    private static final int UNPACKED_PER_TRANSFERRED = 3;

    private final ImageResolver resolver;

    public RegistryImages(ImageResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public ContainerImage resolve(
            String container, String image, String pullPolicy, List<byte[]> pullSecrets, Architecture architecture) {
        try {
            PullPolicy policy = pullPolicy.isEmpty() ? PullPolicy.IF_NOT_PRESENT : PullPolicy.parse(pullPolicy);
            ResolvedImage resolved = resolver.resolve(image, pullSecrets, policy, architecture);
            return new ContainerImage(
                    container,
                    image,
                    resolved.digestReference(),
                    resolved.entrypoint(),
                    resolved.cmd(),
                    resolved.env(),
                    resolved.workingDir(),
                    resolved.user(),
                    resolved.stopSignal(),
                    resolved.unpackedBytes() > 0
                            ? resolved.unpackedBytes()
                            : resolved.transferBytes() * UNPACKED_PER_TRANSFERRED);
        } catch (PullException e) {
            throw new Failure(e.reason(), String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new Failure("InvalidImageName", String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void grant(List<ContainerImage> images, List<byte[]> pullSecrets) {
        images.forEach(image -> resolver.grant(image.digestReference(), pullSecrets));
    }
}
