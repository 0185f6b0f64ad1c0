package io.i2kit.cloud.aws.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.MotoServer;
import io.i2kit.cloud.aws.image.MachineImageApi.Image;
import io.i2kit.cloud.aws.image.MachineImageApi.ImageState;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;

/** The SDK's requests against moto, a server of its own. What it does not check, {@link AwsImagesTest} does. */
class AwsImagesWireTest {
    private static final String HASH = "cd".repeat(32);

    @TempDir
    Path work;

    private final BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();
    private MotoServer moto;
    private AwsClients clients;

    @BeforeEach
    void startMoto() throws Exception {
        moto = MotoServer.start();
        clients = moto.clients();
    }

    @AfterEach
    void stopMoto() {
        if (moto != null) {
            clients.close();
            moto.close();
        }
    }

    private AwsImages images(String cluster) throws IOException {
        Path disk = work.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(8L << 20);
            file.seek(3 << 20);
            file.write(new byte[] {1, 2, 3});
        }
        SnapshotWriter.Timings timings =
                new SnapshotWriter.Timings(8, Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofSeconds(20));
        return new AwsImages(
                new SdkMachineImages(clients),
                (image, progress) -> disk,
                new AwsImages.Settings(cluster, work.resolve("journals"), timings),
                changes::add,
                Clock.systemUTC());
    }

    private ImageStatus.Ready settle(AwsImages images) throws InterruptedException {
        MachineImage image = SampleMachines.image(HASH, Architecture.ARM64);
        if (images.ensure(image, (type, reason, message) -> {}) instanceof ImageStatus.Pending) {
            assertThat(changes.poll(60, TimeUnit.SECONDS)).containsExactly(HASH);
        }
        ImageStatus status = images.ensure(image, (type, reason, message) -> {});
        assertThat(status).isInstanceOf(ImageStatus.Ready.class);
        return (ImageStatus.Ready) status;
    }

    @Test
    void anImageIsMadeFoundAgainAndCollected() throws Exception {
        SdkMachineImages api = new SdkMachineImages(clients);
        String id;
        try (AwsImages images = images("one")) {
            id = settle(images).reference();
            assertThat(id).startsWith("ami-");
        }
        List<Image> found = api.images(Map.of(AwsTags.CONTENT_HASH, HASH, AwsTags.CLUSTER, "one"));
        assertThat(found).singleElement().satisfies(image -> {
            assertThat(image.id()).isEqualTo(id);
            assertThat(image.state()).isEqualTo(ImageState.AVAILABLE);
        });
        List<MachineImageApi.Snapshot> snapshots = api.snapshots(Map.of(AwsTags.CLUSTER, "one"));
        assertThat(snapshots).hasSize(1);
        holdsTheDisk(snapshots.getFirst().id());
        try (AwsImages again = images("one")) {
            ImageStatus.Ready ready = settle(again);
            assertThat(ready.reference()).isEqualTo(id);
            assertThat(ready.fromCache()).isTrue();
            collects(again, api, id);
        }
    }

    private void holdsTheDisk(String snapshot) {
        assertThat(clients.ebs()
                        .listSnapshotBlocks(request -> request.snapshotId(snapshot))
                        .blocks())
                .singleElement()
                .satisfies(block -> assertThat(block.blockIndex()).isEqualTo(6));
        byte[] content = clients.ebs()
                .getSnapshotBlockAsBytes(
                        request -> request.snapshotId(snapshot).blockIndex(6).blockToken("any"))
                .asByteArray();
        assertThat(content).hasSize(MachineImageApi.BLOCK_BYTES).startsWith(1, 2, 3, 0);
    }

    /** A launch template keeps the image, another cluster does not see it. */
    private void collects(AwsImages images, SdkMachineImages api, String id) throws Exception {
        clients.ec2()
                .createLaunchTemplate(request -> request.launchTemplateName("somebody-elses")
                        .launchTemplateData(data -> data.imageId(id)
                                .metadataOptions(
                                        options -> options.httpTokens(LaunchTemplateHttpTokensState.REQUIRED))));
        assertThat(api.usedBy(Set.of(id, "ami-0123456789abcdef0"))).containsExactly(id);
        assertThat(images.collect(Set.of(), Duration.ofSeconds(-10))).isEmpty();
        clients.ec2().deleteLaunchTemplate(request -> request.launchTemplateName("somebody-elses"));
        try (AwsImages other = images("other")) {
            assertThat(other.collect(Set.of(), Duration.ofSeconds(-10))).isEmpty();
        }
        assertThat(images.collect(Set.of(HASH), Duration.ofSeconds(-10))).isEmpty();
        assertThat(images.collect(Set.of(), Duration.ofSeconds(-10))).containsExactly(HASH);
        assertThat(api.images(Map.of(AwsTags.CLUSTER, "one"))).isEmpty();
        assertThat(api.snapshots(Map.of(AwsTags.CLUSTER, "one"))).isEmpty();
    }
}
