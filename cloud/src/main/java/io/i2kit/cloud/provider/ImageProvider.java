package io.i2kit.cloud.provider;

import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.MachineImage;

/** Makes machine images bootable on a cloud. */
public interface ImageProvider {
    /** Starts a build unless one runs or its result is there; returns at once. */
    ImageStatus ensure(MachineImage image, ImageProgress progress);

    /** Where the steps of a build are told, once each, from any thread. */
    @FunctionalInterface
    interface ImageProgress {
        /**
         * @param type {@code Normal} or {@code Warning}
         * @param reason {@code Pulling}, {@code Pulled}, {@code Building}, {@code Built}, {@code Failed}
         */
        void step(String type, String reason, String message);
    }
}
