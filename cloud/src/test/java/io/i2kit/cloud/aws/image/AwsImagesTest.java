package io.i2kit.cloud.aws.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.image.MachineImageApi.Registration;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.SampleMachines;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a disk to an image, with everything that may go wrong between. */
class AwsImagesTest {
    private static final String HASH = "ab".repeat(32);
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration AGE = Duration.ofHours(1);

    @TempDir
    Path work;

    private final FakeMachineImages aws = new FakeMachineImages();
    private final BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();
    private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger builds = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    /** Every reading is a second later, so that waiting for a time ends. */
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.updateAndGet(time -> time.plusSeconds(1));
        }
    };

    private Path disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = work.resolve("disk.img");
        // Blocks 0, 2 and the last, which is not whole; the others are holes.
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(5L * MachineImageApi.BLOCK_BYTES + 1000);
            file.seek(7);
            file.write(1);
            file.seek(2L * MachineImageApi.BLOCK_BYTES);
            file.write(2);
            file.seek(file.length() - 1);
            file.write(3);
        }
    }

    private AwsImages images(String cluster) {
        SnapshotWriter.Timings timings =
                new SnapshotWriter.Timings(4, Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofSeconds(200));
        return new AwsImages(
                aws,
                (image, progress) -> {
                    builds.incrementAndGet();
                    return disk;
                },
                new AwsImages.Settings(cluster, work.resolve("journals"), timings),
                changes::add,
                clock);
    }

    private static MachineImage image(String hash) {
        return SampleMachines.image(hash, Architecture.AMD64);
    }

    private ImageStatus settle(AwsImages images) throws InterruptedException {
        return settle(images, HASH);
    }

    private ImageStatus settle(AwsImages images, String hash) throws InterruptedException {
        ImageStatus status = images.ensure(image(hash), (type, reason, message) -> steps.add(message));
        if (status instanceof ImageStatus.Pending) {
            assertThat(changes.poll(30, TimeUnit.SECONDS)).containsExactly(hash);
            status = images.ensure(image(hash), (type, reason, message) -> steps.add(message));
        }
        return status;
    }

    /** Asks until it is ready, as the deployer does; the clock passes every back-off. */
    private String settleAgainAndAgain(AwsImages images) throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            if (settle(images) instanceof ImageStatus.Ready ready) {
                return ready.reference();
            }
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(10)));
        }
        return fail("never ready; calls: " + aws.calls());
    }

    @Test
    void onlyBlocksWithContentAreWrittenAndTheImageIsRegisteredOnce() throws Exception {
        try (AwsImages images = images("one")) {
            ImageStatus.Ready ready = (ImageStatus.Ready) settle(images);
            assertThat(ready.fromCache()).isFalse();
            assertThat(ready.sizeBytes()).isEqualTo(3L * MachineImageApi.BLOCK_BYTES);
            assertThat(settle(images)).isEqualTo(ready);
            String snapshot = aws.registration(ready.reference()).snapshotId();
            assertThat(aws.blocks(snapshot).keySet()).containsExactlyInAnyOrder(0, 2, 5);
            assertThat(aws.blocks(snapshot).values()).noneMatch(FakeMachineImages::isZero);
            assertThat(aws.gibibytes(snapshot)).isEqualTo(1);
            Registration registration = aws.registration(ready.reference());
            assertThat(registration.architecture()).isEqualTo(Architecture.AMD64);
            assertThat(registration.name()).isEqualTo("i2kit-one-" + HASH);
            assertThat(registration.tags())
                    .containsEntry(AwsTags.CLUSTER, "one")
                    .containsEntry(AwsTags.CONTENT_HASH, HASH);
        }
        assertThat(aws.count("register")).isEqualTo(1);
        assertThat(builds).hasValue(1);
        assertThat(work.resolve("journals")).isEmptyDirectory();
        assertThat(steps)
                .anyMatch(step -> step.contains("Uploading machine image abababababab: 3 blocks, 1.6 MB"))
                .last()
                .asString()
                .startsWith("Registered machine image abababababab as ami-");
    }

    @Test
    void aServerWithoutAnyStateFindsTheImageByItsContent() throws Exception {
        String first;
        try (AwsImages images = images("one")) {
            first = settleAgainAndAgain(images);
        }
        aws.forgetCalls();
        try (AwsImages images = images("one")) {
            ImageStatus.Ready ready = (ImageStatus.Ready) settle(images);
            assertThat(ready.reference()).isEqualTo(first);
            assertThat(ready.fromCache()).isTrue();
        }
        assertThat(builds).hasValue(1);
        assertThat(aws.calls()).containsOnly("images", "images named");
    }

    @Test
    void manyWhoAskAtOnceGetOneImage() throws Exception {
        try (AwsImages images = images("one")) {
            for (int i = 0; i < 20; i++) {
                images.ensure(image(HASH), (type, reason, message) -> {});
            }
            settleAgainAndAgain(images);
        }
        assertThat(builds).hasValue(1);
        assertThat(aws.count("start")).isEqualTo(1);
    }

    @Test
    void aSnapshotThatIsNotSeenAtOnceIsWaitedFor() throws Exception {
        aws.unseenFor(7);
        try (AwsImages images = images("one")) {
            assertThat(settle(images)).isInstanceOf(ImageStatus.Ready.class);
        }
        assertThat(aws.count("put")).isEqualTo(3 + 7);
    }

    @Test
    void oneThatIsNeverSeenIsAFailureThatIsToldAndTriedAgain() throws Exception {
        aws.unseenFor(1_000_000);
        try (AwsImages images = images("one")) {
            assertThat(settle(images))
                    .isInstanceOfSatisfying(
                            ImageStatus.Failed.class,
                            failed -> assertThat(failed.message())
                                    .startsWith(
                                            "Failed to build machine image abababababab: ResourceNotFoundException"));
            assertThat(images.ensure(image(HASH), (type, reason, message) -> {}))
                    .isInstanceOf(ImageStatus.Failed.class);
        }
        assertThat(aws.imageIds()).isEmpty();
    }

    /** Each call fails once before its effect, and once after it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"start", "put 0", "put 2", "put 5", "complete", "snapshots", "register", "images", "images named"
            })
    void whateverCallFailsThereIsOneImageInTheEnd(String call) throws Exception {
        for (boolean before : List.of(true, false)) {
            AtomicInteger failures = new AtomicInteger(1);
            if (before) {
                aws.refuse(one -> one.equals(call) && failures.getAndDecrement() > 0);
                aws.loseAnswer(one -> false);
            } else {
                aws.refuse(one -> false);
                aws.loseAnswer(one -> one.equals(call) && failures.getAndDecrement() > 0);
            }
            String cluster = before ? "before" : "after";
            try (AwsImages images = images(cluster)) {
                String id = settleAgainAndAgain(images);
                assertThat(aws.blocks(aws.registration(id).snapshotId()).keySet())
                        .containsExactlyInAnyOrder(0, 2, 5);
            }
        }
        assertThat(aws.imageIds()).hasSize(2);
        assertThat(aws.snapshotIds()).hasSize(2);
        assertThat(work.resolve("journals")).isEmptyDirectory();
    }

    @Test
    void aServerThatStartsAgainWritesOnlyWhatIsMissing() throws Exception {
        aws.refuse(call -> call.equals("put 5"));
        try (AwsImages images = images("one")) {
            assertThat(settle(images)).isInstanceOf(ImageStatus.Failed.class);
        }
        aws.refuse(call -> false);
        long before = aws.count("put");
        try (AwsImages images = images("one")) {
            assertThat(settle(images)).isInstanceOf(ImageStatus.Ready.class);
        }
        assertThat(aws.count("start")).isEqualTo(1);
        assertThat(aws.count("put") - before).isLessThan(3);
        assertThat(aws.count("put 5")).isEqualTo(2);
    }

    @Test
    void anUploadIsGoneOnWithWhenTheJournalIsLostOrCutOff() throws Exception {
        aws.refuse(call -> call.equals("put 5"));
        try (AwsImages images = images("one")) {
            settle(images);
        }
        aws.refuse(call -> false);
        Files.delete(work.resolve("journals").resolve(HASH));
        try (AwsImages images = images("one")) {
            settleAgainAndAgain(images);
        }
        assertThat(aws.count("start")).isEqualTo(1);
        Path journal = work.resolve("journals").resolve("x");
        Files.writeString(journal, "token t\nsnapshot snap-1\nblock 0 h0\nblock 12 ha");
        UploadJournal read = UploadJournal.open(work.resolve("journals"), "x");
        assertThat(read.token()).isEqualTo("t");
        assertThat(read.snapshotId()).isEqualTo("snap-1");
        assertThat(read.isWritten(0, "h0")).isTrue();
        assertThat(read.isWritten(0, "other")).isFalse();
        assertThat(read.isWritten(12, "ha")).isFalse();
    }

    @Test
    void aSnapshotThatAwsGaveUpIsReplaced() throws Exception {
        aws.refuse(call -> call.equals("complete"));
        try (AwsImages images = images("one")) {
            settle(images);
            String bad = aws.snapshotIds().iterator().next();
            aws.fail(bad);
            aws.refuse(call -> false);
            String id = settleAgainAndAgain(images);
            assertThat(aws.registration(id).snapshotId()).isNotEqualTo(bad);
            assertThat(aws.snapshotIds()).doesNotContain(bad);
        }
    }

    @Test
    void tagsThatRegistrationLosesAreWrittenAfterwards() throws Exception {
        aws.dropTagsOfImages();
        try (AwsImages images = images("one")) {
            settleAgainAndAgain(images);
        }
        assertThat(aws.images(Map.of(AwsTags.CLUSTER, "one", AwsTags.CONTENT_HASH, HASH)))
                .hasSize(1);
    }

    @Test
    void theSweepTakesWhatNobodyUsesAndNothingElse() throws Exception {
        String unused = "01".repeat(32);
        String wanted = "02".repeat(32);
        String running = "03".repeat(32);
        String young = "04".repeat(32);
        try (AwsImages mine = images("mine");
                AwsImages other = images("other")) {
            settle(mine, unused);
            String kept = ((ImageStatus.Ready) settle(mine, wanted)).reference();
            String used = ((ImageStatus.Ready) settle(mine, running)).reference();
            String strangers = ((ImageStatus.Ready) settle(other, unused)).reference();
            aws.use(used);
            // A snapshot whose image was never registered.
            aws.startSnapshot("t", 1, "", Map.of(AwsTags.CLUSTER, "mine", AwsTags.CONTENT_HASH, "05".repeat(32)));
            // One that is no image's: a user's volume with the cluster's tag.
            aws.startSnapshot("u", 1, "", Map.of(AwsTags.CLUSTER, "mine"));
            now.set(START.plus(Duration.ofDays(1)));
            aws.at(START.plus(Duration.ofDays(1)));
            String fresh = ((ImageStatus.Ready) settle(mine, young)).reference();
            assertThat(mine.collect(Set.of(wanted), AGE)).containsExactly(unused);
            assertThat(aws.imageIds()).containsExactlyInAnyOrder(kept, used, strangers, fresh);
            assertThat(aws.snapshotIds()).hasSize(5);
            assertThat(mine.collect(Set.of(wanted), AGE)).isEmpty();
            assertThat(aws.imageIds()).hasSize(4);
        }
    }
}
