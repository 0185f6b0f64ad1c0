package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.model.Architecture;
import java.util.List;

/**
 * An image to make of Debian packages.
 *
 * @param name the reference to store it under
 * @param packages names, as for {@code apt-get install}
 * @param execution how it runs; a user that no package brings is added with the number 999
 * @param files what it holds beside the packages
 */
public record PackRequest(
        ImageReference name,
        List<String> packages,
        ImageConfig.Execution execution,
        List<ExtraFile> files,
        Architecture architecture) {
    public PackRequest {
        packages = List.copyOf(packages);
        files = List.copyOf(files);
    }

    /**
     * @param path absolute in the image
     * @param content empty for a symbolic link
     * @param mode permission bits
     * @param linkTarget of a symbolic link, or empty
     */
    public record ExtraFile(String path, byte[] content, int mode, String linkTarget) {
        public static ExtraFile of(String path, byte[] content, int mode) {
            return new ExtraFile(path, content, mode, "");
        }

        public static ExtraFile link(String path, String target) {
            return new ExtraFile(path, new byte[0], 0777, target);
        }

        String relativePath() {
            return PackageTree.merged(path.startsWith("/") ? path.substring(1) : path);
        }
    }
}
