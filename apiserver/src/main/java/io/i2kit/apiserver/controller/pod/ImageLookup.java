package io.i2kit.apiserver.controller.pod;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.translator.ContainerImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks what an image reference means. */
public interface ImageLookup {
    /**
     * Blocks for a request or two to the registry.
     *
     * @param pullPolicy Kubernetes' word, or empty
     * @param pullSecrets contents of {@code .dockerconfigjson}
     * @throws Failure when it cannot be had
     */
    ContainerImage resolve(
            String container, String image, String pullPolicy, List<byte[]> pullSecrets, Architecture architecture);

    /**
     * Lets builds use credentials for images that were resolved by an earlier process.
     *
     * @param pullSecrets contents of {@code .dockerconfigjson}
     */
    default void grant(List<ContainerImage> images, List<byte[]> pullSecrets) {}

    /** An image that cannot be had. */
    final class Failure extends RuntimeException {
        private final String reason;

        /** @param reason the kubelet's: {@code ErrImagePull}, {@code InvalidImageName} … */
        public Failure(String reason, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }
}
