package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.image.MachineImageName;
import io.i2kit.cloud.image.PullPolicy;
import io.i2kit.cloud.image.ResolvedImage;
import io.i2kit.cloud.image.TestImages;
import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A bootable image whose only container serves one page; its base is kept below the build directory. */
final class WebImage {
    /** The container's name. */
    static final String CONTAINER = "web";

    /** The port that it listens on. */
    static final int PORT = 8080;

    /** The page. */
    static final String PAGE = "hello from a machine\n";

    private static final Path CACHE = Path.of("target", "machine-tests").toAbsolutePath();
    private static final List<String> CAPABILITIES = List.of("CAP_SETGID", "CAP_SETUID");

    private WebImage() {}

    /** Builds it and gives its directory. */
    static Path build() throws Exception {
        ImageStore store = new ImageStore(CACHE.resolve("store"));
        ImageConfig.Execution execution = new ImageConfig.Execution(
                null,
                null,
                List.of(),
                List.of("/bin/busybox", "httpd", "-f", "-p", Integer.toString(PORT), "-h", "/www"),
                null,
                null,
                null,
                null);
        TestImages.store(store, "docker.io/test/served:1", execution, List.of(layer()));
        try (Images images = Images.open(Images.Settings.of(CACHE, Map.of()), names -> {})) {
            ResolvedImage resolved =
                    images.resolver().resolve("test/served:1", List.of(), PullPolicy.NEVER, Architecture.AMD64);
            LinuxKitConfig config = new LinuxKitConfig(
                    new LinuxKitConfig.Kernel(images.base().kernelImage(), Base.COMMAND_LINE),
                    images.base().initImages(),
                    null,
                    List.of(container(resolved.digestReference())),
                    null);
            String name = MachineImageName.of(config, images.base().identity(), Architecture.AMD64);
            return images.builder()
                    .buildNow(new MachineImage(name, config, Architecture.AMD64), (type, reason, message) -> {});
        }
    }

    private static byte[] layer() throws IOException {
        return new LayerTar()
                .directory("bin", 0755)
                .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755)
                .directory("www", 0755)
                .file("www/index.html", PAGE)
                .bytes();
    }

    private static LinuxKitConfig.Container container(String image) {
        return SampleMachines.container(CONTAINER, image, CAPABILITIES);
    }
}
