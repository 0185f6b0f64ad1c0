package io.i2kit.cloud.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.TestRegistry;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots what the builder makes. Needs qemu, busybox-static and apt. */
@Tag("machine")
class MachineBootTest {
    private static final List<String> CAPABILITIES = List.of("CAP_CHOWN", "CAP_MKNOD", "CAP_SETGID", "CAP_SETUID");

    @TempDir
    Path work;

    @Test
    void layersOverlayEachOtherAndTheImagesUserRunsInTheMachine() throws Exception {
        Path cache = cacheWithImage();
        try (Images images = Images.open(Images.Settings.of(cache, Map.of()), names -> {})) {
            ResolvedImage resolved =
                    images.resolver().resolve("test/web:1", List.of(), PullPolicy.NEVER, Architecture.AMD64);
            Path image = build(images, resolved, new ArrayList<>());
            try (TestMachine machine = TestMachine.boot(image, work, "web", 8080, 96)) {
                String page = machine.get("/index.html");
                assertThat(page.lines())
                        .contains("101", "102 500", "hello", "upper", "linked content")
                        .doesNotContain("lower", "deleted")
                        .contains("read a disk: 1");
            }
        }
    }

    /** The same image by LinuxKit's own tool, which knows no layers: the guest is its init, the container its service. */
    @Test
    void theStockLinuxKitToolMakesOfTheSameYamlAMachineThatServes() throws Exception {
        Path cache = cacheWithImage();
        Path tool = Path.of(String.valueOf(System.getenv("I2KIT_CACHE")), "bin", "linuxkit");
        assumeTrue(Files.exists(tool), "the linuxkit tool is not here: run ./i2kit test");
        Files.createSymbolicLink(Files.createDirectories(cache.resolve("bin")).resolve("linuxkit"), tool);
        List<String> steps = new ArrayList<>();
        try (Images images = Images.open(Images.Settings.of(cache, Map.of()).with(BuilderKind.LINUXKIT), names -> {})) {
            ResolvedImage resolved =
                    images.resolver().resolve("test/web:1", List.of(), PullPolicy.NEVER, Architecture.AMD64);
            Path image = build(images, resolved, steps);
            assertThat(steps).startsWith("Pulling", "Pulled", "Building").endsWith("Built");
            assertThat(image).isDirectoryNotContaining("glob:**/work");
            try (TestMachine machine = TestMachine.boot(image, work, "web", 8080, 192)) {
                assertThat(machine.get("/index.html").lines())
                        .contains("101", "102 500", "hello", "upper", "linked content")
                        // It does not know opaque directories, so "lower" is there.
                        .doesNotContain("deleted");
            }
        }
    }

    /** The tool takes upper layers first, and the kernel leaves out files whose directory comes later. */
    @Test
    void anImageThatTheToolWouldLoseFilesOfIsRefused() throws Exception {
        Path cache = work.resolve("cache");
        TestImages.store(
                new ImageStore(cache.resolve("store")),
                "docker.io/test/partial:1",
                new ImageConfig.Execution(null, null, null, null, List.of("/usr/x"), null, null, null),
                List.of(
                        new LayerTar().directory("usr", 0755).bytes(),
                        new LayerTar().file("usr/x", "").bytes()));
        Path tool = Files.createDirectories(cache.resolve("bin")).resolve("linuxkit");
        Files.writeString(tool, "#!/bin/sh\nexit 1\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        try (Images images = Images.open(Images.Settings.of(cache, Map.of()).with(BuilderKind.LINUXKIT), names -> {})) {
            ResolvedImage resolved =
                    images.resolver().resolve("test/partial:1", List.of(), PullPolicy.NEVER, Architecture.AMD64);
            assertThatThrownBy(() -> build(images, resolved, new ArrayList<>()))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContainingAll("test/partial", "\"usr/x\" without its directory", "--builder builtin");
        }
    }

    /** LinuxKit's own kernel image and runc below i2kit's guest, from a mirror of Docker Hub. */
    @Test
    void theOfficialImagesOfLinuxKitAreABaseToo() throws Exception {
        Path cache = cacheWithImage();
        try (TestRegistry mirror = new TestRegistry(TestRegistry.Auth.NONE)) {
            OfficialImages.publish(work.resolve("publisher"), mirror.host());
            Images.Settings settings =
                    Images.Settings.of(cache, Map.of("docker.io", URI.create("http://" + mirror.host())));
            try (Images images = Images.open(settings.with(BaseKind.LINUXKIT), names -> {})) {
                ResolvedImage resolved =
                        images.resolver().resolve("test/web:1", List.of(), PullPolicy.NEVER, Architecture.AMD64);
                Path image = build(images, resolved, new ArrayList<>());
                assertThat(mirror.requests())
                        .contains("HEAD /v2/linuxkit/kernel/manifests/6.12.59")
                        .anyMatch(request -> request.startsWith("GET /v2/linuxkit/runc/blobs/"));
                try (TestMachine machine = TestMachine.boot(image, work, "web", 8080, 192)) {
                    assertThat(machine.get("/index.html").lines())
                            .contains("101", "102 500", "hello", "upper", "read a disk: 1")
                            .doesNotContain("lower", "deleted");
                }
            }
        }
    }

    @Test
    void withoutDockerHubTheOfficialBaseSaysWhatToDo() throws Exception {
        Images.Settings settings =
                Images.Settings.of(work.resolve("cache"), Map.of("docker.io", URI.create("http://127.0.0.1:1")));
        try (Images images = Images.open(settings.with(BaseKind.LINUXKIT), names -> {})) {
            assertThatThrownBy(() -> images.base().prepare(line -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "docker.io/linuxkit/kernel:6.12.59 cannot be had",
                            "--mirror docker.io=URL",
                            "--base debian");
        }
    }

    /** A cache whose store has {@code docker.io/test/web:1}. */
    private Path cacheWithImage() throws IOException {
        Path cache = work.resolve("cache");
        ImageStore store = new ImageStore(cache.resolve("store"));
        ImageConfig.Execution execution = new ImageConfig.Execution(
                "web",
                null,
                List.of("GREETING=hello"),
                List.of("/bin/sh", "-c"),
                List.of(
                        "(id -u; id -G; echo $GREETING; ls /data /www; cat /www/link; ls -l /dev/vda; mknod /tmp/d b 253 0; "
                                + "cat /tmp/d; echo \"read a disk: $?\") > /tmp/index.html 2>&1; exec httpd -f -p 8080 -h /tmp"),
                null,
                null,
                null);
        TestImages.store(store, "docker.io/test/web:1", execution, layers());
        return cache;
    }

    /** The upper layer makes a directory opaque, deletes a file and has a hard link. */
    private static List<byte[]> layers() throws IOException {
        byte[] lower = new LayerTar()
                .directory("bin", 0755)
                .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755)
                .symlink("bin/sh", "busybox")
                .symlink("bin/id", "busybox")
                .symlink("bin/ls", "busybox")
                .symlink("bin/cat", "busybox")
                .symlink("bin/mknod", "busybox")
                .symlink("bin/httpd", "busybox")
                .directory("tmp", 01777)
                .directory("dev", 0755)
                .directory("data", 0755)
                .file("data/lower", "")
                .directory("www", 0755)
                .file("www/deleted", "")
                .bytes();
        byte[] upper = new LayerTar()
                .directory("etc", 0755)
                .file("etc/passwd", "root:x:0:0::/:/bin/sh\nweb:x:101:102::/:/bin/sh\n")
                .file("etc/group", "web:x:102:\nextra:x:500:web\n")
                .directory("data", 0755)
                .file("data/.wh..wh..opq", "")
                .file("data/upper", "")
                .directory("www", 0755)
                .file("www/.wh.deleted", "")
                .file("www/file", "linked content\n")
                .hardLink("www/link", "www/file")
                .bytes();
        return List.of(lower, upper);
    }

    private static Path build(Images images, ResolvedImage resolved, List<String> steps) throws IOException {
        LinuxKitConfig.Container container = SampleMachines.container("web", resolved.digestReference(), CAPABILITIES);
        LinuxKitConfig config = new LinuxKitConfig(
                new LinuxKitConfig.Kernel(images.base().kernelImage(), Base.COMMAND_LINE),
                images.base().initImages(),
                null,
                List.of(container),
                null);
        String name = MachineImageName.of(config, images.identity(), Architecture.AMD64);
        return images.builder()
                .buildNow(
                        new MachineImage(name, config, Architecture.AMD64),
                        (type, reason, message) -> steps.add(reason));
    }
}
