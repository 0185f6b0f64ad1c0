package io.i2kit.cloud.model;

import java.time.Duration;
import java.util.List;

/** How far an image is. A build holds no caller: ask again after the change notice. */
public sealed interface ImageStatus {
    /** Being pulled or built. */
    record Pending(String phase) implements ImageStatus {}

    /**
     * Ready to launch.
     *
     * @param reference the cloud's name for it: a directory with {@code kernel} and {@code initrd.img}, or an AMI id
     */
    record Ready(String reference, long sizeBytes, Duration took, boolean fromCache) implements ImageStatus {}

    /**
     * Could not be made; tried again with back-off.
     *
     * @param reason as the kubelet names it: {@code ErrImagePull}, {@code InvalidImageName}, {@code BuildFailed}
     */
    record Failed(String reason, String message, List<String> images) implements ImageStatus {}
}
