package io.i2kit.cloud.image.official;

import io.i2kit.cloud.image.debian.GuestBinary;
import io.i2kit.cloud.image.debian.MachineRoot;
import io.i2kit.cloud.image.debian.PackageTree;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.initrd.LayerTransfer;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.PullException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The base made of LinuxKit's official images: their kernel ({@code /kernel}, and {@code /kernel.tar} with its modules) and their
 * runc. The guest is i2kit's own: LinuxKit's init supervises nothing.
 */
public final class LinuxKitBase implements Base {
    /** Versions of LinuxKit 1.8 ({@code examples/minimal.yml}); changed here and nowhere else. */
    public static final ImageReference KERNEL_IMAGE = ImageReference.parse("docker.io/linuxkit/kernel:6.12.59");

    public static final ImageReference RUNTIME_IMAGE =
            ImageReference.parse("docker.io/linuxkit/runc:9442aa234715e751a16144f1d4ae3fd1a00fd492");

    /** Changes whenever the same images and guest would give other bytes. */
    private static final String RECIPE = "1";

    private static final String RUNTIME = "usr/bin/runc";
    private static final String KERNEL = "kernel";
    private static final String MODULES = "kernel.tar";
    private static final String SEGMENT = "segment.cpio.zst";

    private final Function<ImageReference, ImageSource> images;
    private final DirectoryCache cache;
    private final GuestBinary guest;

    /**
     * @param images finds an image, in a registry or a mirror of it
     * @param cache where the made base is kept
     */
    public LinuxKitBase(Function<ImageReference, ImageSource> images, DirectoryCache cache, GuestBinary guest) {
        this.images = images;
        this.cache = cache;
        this.guest = guest;
    }

    @Override
    public String identity() {
        String content =
                String.join("\n", RECIPE, guest.digest().toString(), KERNEL_IMAGE.toString(), RUNTIME_IMAGE.toString());
        return "linuxkit-" + Digest.of(content.getBytes(StandardCharsets.UTF_8)).shortHex();
    }

    @Override
    public Prepared prepare(Consumer<String> progress) throws IOException {
        Path directory = cache.make("base-" + identity(), target -> fill(target, progress));
        return new Prepared(directory.resolve(KERNEL), directory.resolve(SEGMENT), null);
    }

    private void fill(Path directory, Consumer<String> progress) throws IOException {
        Path spool = Files.createDirectory(directory.resolve("spool"));
        PackageTree kernel = tree(KERNEL_IMAGE, spool.resolve("kernel"), path -> true, progress);
        PackageTree runtime = tree(
                RUNTIME_IMAGE,
                spool.resolve("runtime"),
                path -> path.equals(RUNTIME) || path.startsWith("usr/lib"),
                progress);
        progress.accept("Packing the base of all machines: LinuxKit's kernel and runc, and the guest");
        require(runtime, RUNTIME, RUNTIME_IMAGE);
        try (InputStream archive = Files.newInputStream(require(kernel, MODULES, KERNEL_IMAGE))) {
            kernel.addLayer(archive, path -> path.contains(".ko"));
        }
        MachineRoot.write(directory.resolve(SEGMENT), kernel, runtime, guest);
        Files.move(require(kernel, KERNEL, KERNEL_IMAGE), directory.resolve(KERNEL), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.deleteTree(spool);
    }

    private static Path require(PackageTree tree, String path, ImageReference image) throws IOException {
        return tree.file(path)
                .orElseThrow(
                        () -> new IOException("the image " + image + " holds no /" + path + ": it is not LinuxKit's"));
    }

    private PackageTree tree(ImageReference name, Path spool, Predicate<String> wanted, Consumer<String> progress)
            throws IOException {
        progress.accept("Pulling " + name);
        PackageTree tree = new PackageTree(Files.createDirectory(spool));
        Path blob = spool.resolve("blob");
        try {
            ImageSource image = images.apply(name);
            for (Descriptor layer : image.manifest().layers()) {
                LayerTransfer.fetch(image, layer, blob);
                try (InputStream tar = LayerTransfer.uncompressed(blob)) {
                    tree.addLayer(tar, wanted);
                }
                Files.delete(blob);
            }
        } catch (PullException e) {
            throw new IOException(
                    "LinuxKit's image " + name + " cannot be had: " + e.getMessage()
                            + ". Name a mirror with --mirror docker.io=URL, or use --base debian",
                    e);
        }
        return tree;
    }
}
