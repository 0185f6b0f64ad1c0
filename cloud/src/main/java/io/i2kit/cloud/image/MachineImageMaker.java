package io.i2kit.cloud.image;

import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the files of one machine image: {@code kernel}, {@code initrd.img} and {@code cmdline}. Runs on the caller's thread. */
@FunctionalInterface
interface MachineImageMaker {
    /**
     * @param directory empty
     * @throws io.i2kit.cloud.image.oci.PullException when an image cannot be had
     * @throws IOException when something else fails
     */
    void make(MachineImage image, ImageProgress progress, Path directory) throws IOException;
}
