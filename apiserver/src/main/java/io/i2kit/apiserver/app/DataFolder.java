package io.i2kit.apiserver.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Where one i2kit installation keeps its state, {@code ~/.i2kit} unless told; readable by its owner only. What can be made
 * again lives in the {@link #cache} instead, which installations share.
 */
record DataFolder(Path root) {
    /** @param given {@code --data}, or null for the default */
    static DataFolder of(@Nullable Path given) {
        Path root = given != null ? given : Path.of(System.getProperty("user.home"), ".i2kit");
        return new DataFolder(root.toAbsolutePath().normalize());
    }

    DataFolder create() {
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isWritable(root)) {
                throw new UserError("the data folder " + root + " is not writable");
            }
            return this;
        } catch (FileAlreadyExistsException e) {
            throw new UserError("the data folder " + root + " is a file; name a folder with --data", e);
        } catch (IOException e) {
            throw new UserError("the data folder " + root + " cannot be made: " + e.getMessage(), e);
        }
    }

    Path kubeconfig() {
        return root.resolve("kubeconfig");
    }

    Path pki() {
        return root.resolve("pki");
    }

    Path store() {
        return root.resolve("store");
    }

    Path cloud() {
        return root.resolve("cloud");
    }

    /** How far uploads of machine images to a cloud are. */
    Path uploads() {
        return root.resolve("uploads");
    }

    /** What machines cost on AWS, as {@code aws prices} read it. */
    Path awsPrices() {
        return root.resolve("aws-prices.csv");
    }

    /** Machine images, OCI layers and the base: {@code $I2KIT_CACHE}, else {@code ~/.cache/i2kit}. */
    static Path cache() {
        String given = System.getenv("I2KIT_CACHE");
        return given != null && !given.isEmpty()
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".cache", "i2kit");
    }
}
