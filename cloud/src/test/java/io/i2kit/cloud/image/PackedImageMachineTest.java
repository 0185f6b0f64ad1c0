package io.i2kit.cloud.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.image.debian.DebianArchiveCache;
import io.i2kit.cloud.image.debian.DebianBase;
import io.i2kit.cloud.image.debian.GuestBinary;
import io.i2kit.cloud.image.debian.PackRequest;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.initrd.LayerOutline;
import io.i2kit.cloud.image.initrd.LayerTransfer;
import io.i2kit.cloud.image.oci.CredentialSource;
import io.i2kit.cloud.image.oci.Credentials;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image of Debian's nginx through a real registry into a machine that serves it. Needs qemu and apt. */
@Tag("machine")
class PackedImageMachineTest {
    /** Kernel and initrd together: a third of the 60 MB of the paper that i2kit follows. */
    private static final long MAX_BYTES = 22_000_000;

    private static final String SITE = "server { listen 80; root /usr/share/nginx/html; }\n";

    private static final int MEMORY_MEGABYTES = 96;
    private static final CredentialSource USER = reference -> List.of(new Credentials("user", "secret"));

    @TempDir
    Path work;

    private static Images open(Path cache, CredentialSource credentials) throws IOException {
        Base base = new DebianBase(
                Architecture.AMD64,
                cache,
                new DebianArchiveCache(cache.resolve("debian"), Architecture.AMD64),
                new DirectoryCache(cache.resolve("base")),
                GuestBinary.load(Architecture.AMD64));
        return Images.open(Images.Settings.of(cache, Map.of()), base, credentials, names -> {});
    }

    @Test
    void nginxIsPackedPushedPulledAndServedByASmallMachine() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(work);
                Images packer = open(work.resolve("packer"), USER);
                Images images = open(work.resolve("puller"), USER)) {
            String name = registry.host() + "/samples/nginx:1.22";
            packer.pack(nginx("localhost/nginx:1.22"), line -> {});
            assertThatLayersAreWhole(work.resolve("packer"));
            packer.push("localhost/nginx:1.22", name, line -> {});
            ResolvedImage resolved = images.resolver().resolve(name, List.of(), PullPolicy.ALWAYS, Architecture.AMD64);
            assertThat(resolved.exposedPorts()).containsExactly("80/tcp");
            List<String> steps = new ArrayList<>();
            Path image = images.builder()
                    .buildNow(machineImage(images, resolved), (type, reason, message) -> steps.add(reason));
            assertThat(steps).startsWith("Pulling", "Pulled", "Building").endsWith("Built");
            assertThat(Files.size(image.resolve("kernel")) + Files.size(image.resolve("initrd.img")))
                    .isLessThanOrEqualTo(MAX_BYTES);
            try (TestMachine machine = TestMachine.boot(image, work, "web", 80, MEMORY_MEGABYTES)) {
                assertThat(machine.get("/")).contains("Welcome to nginx!");
            }
            refusesStrangers(name);
        }
    }

    /** Each has the directories of its files: there are tools that read upper layers first. */
    private void assertThatLayersAreWhole(Path cache) throws IOException {
        ImageSource image = new ImageStore(cache.resolve("store"))
                .open(ImageReference.parse("localhost/nginx:1.22"), Architecture.AMD64.ociName())
                .orElseThrow();
        assertThat(image.manifest().layers()).hasSizeGreaterThan(2);
        for (Descriptor layer : image.manifest().layers()) {
            Path blob = work.resolve("blob");
            LayerTransfer.fetch(image, layer, blob);
            assertThat(LayerOutline.of(blob).orphan()).isNull();
        }
    }

    private void refusesStrangers(String name) throws IOException {
        try (Images stranger = open(work.resolve("stranger"), CredentialSource.ANONYMOUS)) {
            assertThatThrownBy(
                            () -> stranger.resolver().resolve(name, List.of(), PullPolicy.ALWAYS, Architecture.AMD64))
                    .isInstanceOf(PullException.Unauthorized.class);
        }
    }

    private static PackRequest nginx(String name) {
        ImageConfig.Execution execution = new ImageConfig.Execution(
                null,
                Map.of("80/tcp", Map.of()),
                null,
                List.of("nginx", "-g", "daemon off;"),
                null,
                null,
                "SIGQUIT",
                null);
        return new PackRequest(
                ImageReference.parse(name),
                List.of("nginx-light"),
                execution,
                List.of(
                        // Debian's installation script enables a site; no script runs here.
                        PackRequest.ExtraFile.of(
                                "/etc/nginx/conf.d/default.conf", SITE.getBytes(StandardCharsets.UTF_8), 0644),
                        PackRequest.ExtraFile.link("/var/log/nginx/access.log", "/dev/stdout"),
                        PackRequest.ExtraFile.link("/var/log/nginx/error.log", "/dev/stderr")),
                Architecture.AMD64);
    }

    private static MachineImage machineImage(Images images, ResolvedImage resolved) {
        LinuxKitConfig.Container container = new LinuxKitConfig.Container(
                "web",
                resolved.digestReference(),
                List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETUID"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of("/proc/kcore"),
                List.of("/proc/sys"),
                null,
                null,
                null,
                true,
                null,
                null,
                null,
                null);
        LinuxKitConfig config = new LinuxKitConfig(
                new LinuxKitConfig.Kernel(images.base().kernelImage(), Base.COMMAND_LINE),
                images.base().initImages(),
                null,
                List.of(container),
                null);
        String name = MachineImageName.of(config, images.base().identity(), Architecture.AMD64);
        return new MachineImage(name, config, Architecture.AMD64);
    }
}
