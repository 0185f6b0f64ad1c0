package io.i2kit.cloud.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.image.TestImages.LayerTar;
import io.i2kit.cloud.image.debian.Apt;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A disk by real UEFI firmware (OVMF) on an NVMe controller, as EC2's machines start. Needs qemu, ovmf, busybox-static and apt. */
@Tag("machine")
class DiskBootTest {
    private static final Path CACHE = Path.of("target", "machine-tests").toAbsolutePath();

    private static final int PORT = 8080;

    @TempDir
    Path work;

    @Test
    void aMachineOfEc2LearnsWhoItIsServesAndEndsWhenItsTagSaysSo() throws Exception {
        boots(Architecture.AMD64, Path.of("/bin/busybox"));
    }

    /** The base for arm64 under emulation. Needs qemu-system-aarch64 and its firmware as well. */
    @Test
    @Tag("exhaustive")
    void aMachineOfArmDoesTheSame() throws Exception {
        boots(Architecture.ARM64, busyboxForArm());
    }

    private Path busyboxForArm() throws Exception {
        Path packages = Files.createDirectories(work.resolve("packages"));
        Apt apt = new Apt(work.resolve("apt"), Architecture.ARM64);
        apt.update();
        apt.download(List.of(apt.candidate("busybox-static")), packages);
        Process unpack = new ProcessBuilder("sh", "-c", "exec dpkg-deb -x *.deb .")
                .directory(packages.toFile())
                .inheritIO()
                .start();
        assertThat(unpack.waitFor()).isZero();
        return packages.resolve("bin/busybox");
    }

    private void boots(Architecture architecture, Path busybox) throws Exception {
        try (Ec2StandIn ec2 = Ec2StandIn.start()) {
            tell(ec2);
            Path image = build(architecture, busybox, ec2.port());
            assertThat(image).isDirectoryContaining("glob:**/disk.img").isDirectoryNotContaining("glob:**/initrd.img");
            try (TestMachine machine = TestMachine.bootOnEc2(architecture, image, work, PORT, ec2.port())) {
                // The host's loopback is in reach of the container, the metadata service next to it is not.
                assertThat(machine.get("/").lines()).containsExactly("other: 0", "service: 1");
                assertThat(ec2.answered())
                        .startsWith("PUT /latest/api/token")
                        .contains(
                                "GET /bucket/one/metadata/web.json",
                                "GET /latest/meta-data/tags/instance/i2kit.io:pod");
                ec2.put("meta-data/tags/instance/i2kit.io:terminating", "0");
                ec2.put("meta-data/tags/instance", "i2kit.io:pod\ni2kit.io:terminating");
                assertThat(machine.endsWithin(Duration.ofSeconds(60)))
                        .as(machine.console())
                        .isTrue();
            }
        }
    }

    private static void tell(Ec2StandIn ec2) {
        ec2.put("user-data", """
                {"i2kit":1,"region":"eu-central-1","bucket":"bucket","key":"one/metadata/web.json",
                 "endpoint":"http://169.254.0.2:%d"}""".formatted(ec2.port()));
        ec2.put("meta-data/instance-id", "i-0a1b2c3d4e5f67890");
        ec2.put("meta-data/placement/availability-zone", "eu-central-1b");
        ec2.put("meta-data/instance-type", "t3.nano");
        ec2.put("meta-data/local-ipv4", "169.254.0.15");
        ec2.put("meta-data/services/domain", "amazonaws.com");
        ec2.put("meta-data/iam/security-credentials/", "machines");
        ec2.put("meta-data/iam/security-credentials/machines", """
                {"Code":"Success","AccessKeyId":"AK","SecretAccessKey":"SK","Token":"ST"}""");
        ec2.put("meta-data/tags/instance", "i2kit.io:pod");
        ec2.put("meta-data/tags/instance/i2kit.io:pod", "default/web-abcde");
        ec2.putObject(
                "/bucket/one/metadata/web.json",
                JsonMapper.shared().writeValueAsBytes(TestMachine.launch("web", PORT)));
    }

    /** @param otherPort of the host's loopback, which the container may reach */
    private static Path build(Architecture architecture, Path busybox, int otherPort) throws IOException {
        ImageStore store = new ImageStore(CACHE.resolve("store"));
        ImageConfig.Execution execution = new ImageConfig.Execution(
                null,
                null,
                List.of(),
                List.of("/bin/sh", "-c", """
                        busybox nc -w 3 169.254.0.2 %d < /dev/null; echo "other: $?" > /tmp/index.html
                        busybox nc -w 3 169.254.169.254 80 < /dev/null; echo "service: $?" >> /tmp/index.html
                        exec busybox httpd -f -p %d -h /tmp""".formatted(otherPort, PORT)),
                null,
                null,
                null,
                null);
        String name = "docker.io/test/disk:" + architecture.ociName();
        TestImages.store(store, name, execution, List.of(layer(busybox)), architecture);
        Images.Settings settings =
                Images.Settings.of(CACHE, Map.of()).with(ImageFormat.DISK).with(architecture);
        try (Images images = Images.open(settings, names -> {})) {
            ResolvedImage resolved = images.resolver().resolve(name, List.of(), PullPolicy.NEVER, architecture);
            LinuxKitConfig config = new LinuxKitConfig(
                    new LinuxKitConfig.Kernel(images.base().kernelImage(), Base.COMMAND_LINE),
                    images.base().initImages(),
                    null,
                    List.of(container(resolved.digestReference())),
                    null);
            String hash = MachineImageName.of(config, images.identity(), architecture);
            return images.builder()
                    .buildNow(new MachineImage(hash, config, architecture), (type, reason, message) -> {});
        }
    }

    private static byte[] layer(Path busybox) throws IOException {
        return new LayerTar()
                .directory("bin", 0755)
                .file("bin/busybox", Files.readAllBytes(busybox), 0755)
                .symlink("bin/sh", "busybox")
                .directory("tmp", 01777)
                .bytes();
    }

    private static LinuxKitConfig.Container container(String image) {
        return SampleMachines.container("web", image, List.of("CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID"));
    }
}
