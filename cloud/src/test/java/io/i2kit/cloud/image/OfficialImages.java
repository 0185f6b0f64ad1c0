package io.i2kit.cloud.image;

import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.debian.PackRequest;
import io.i2kit.cloud.image.initrd.BaseImages;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.official.LinuxKitBase;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Images with the layout of LinuxKit's official ones, of Debian's kernel and runc, since a test may not reach Docker Hub. */
final class OfficialImages {
    private OfficialImages() {}

    /** Pushes both to a registry that then serves as a mirror of Docker Hub. */
    static void publish(Path cache, String registry) throws IOException {
        try (Images images = Images.open(Images.Settings.of(cache, Map.of()), names -> {})) {
            ImageStore store = new ImageStore(cache.resolve("store"));
            new BaseImages(store, Architecture.AMD64)
                    .putKernel(LinuxKitBase.KERNEL_IMAGE, images.base().prepare(line -> {}));
            ImageReference debian = ImageReference.parse("localhost/debian-runc:1");
            images.pack(
                    new PackRequest(
                            debian, List.of("runc"), ImageConfig.Execution.EMPTY, List.of(), Architecture.AMD64),
                    line -> {});
            TestImages.store(
                    store,
                    LinuxKitBase.RUNTIME_IMAGE.toString(),
                    ImageConfig.Execution.EMPTY,
                    List.of(runc(store, debian)));
            for (ImageReference name : List.of(LinuxKitBase.KERNEL_IMAGE, LinuxKitBase.RUNTIME_IMAGE)) {
                String path = name.toString().substring(name.registry().length());
                images.push(name.toString(), registry + path, line -> {});
            }
        }
    }

    /** LinuxKit has runc at {@code /usr/bin}, Debian at {@code /usr/sbin}. */
    private static byte[] runc(ImageStore store, ImageReference debian) throws IOException {
        LayerTar layer = new LayerTar();
        ImageSource image = store.open(debian, "amd64").orElseThrow();
        for (Descriptor blob : image.manifest().layers()) {
            try (InputStream plain = new GZIPInputStream(image.openLayer(blob));
                    TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
                TarArchiveEntry entry;
                while ((entry = tar.getNextEntry()) != null) {
                    String name = entry.getName().replace("usr/sbin/runc", "usr/bin/runc");
                    if (entry.isSymbolicLink()) {
                        layer.symlink(name, entry.getLinkName());
                    } else if (entry.isFile()) {
                        layer.file(name, tar.readAllBytes(), entry.getMode());
                    }
                }
            }
        }
        return layer.bytes();
    }
}
