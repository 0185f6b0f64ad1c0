package io.i2kit.cloud.aws.image;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.image.MachineImageApi.Image;
import io.i2kit.cloud.aws.image.MachineImageApi.ImageState;
import io.i2kit.cloud.aws.image.MachineImageApi.Registration;
import io.i2kit.cloud.aws.image.SnapshotWriter.Timings;
import io.i2kit.cloud.image.ImageJobs;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.provider.CloudException;
import io.i2kit.cloud.provider.ImageProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Machine images as AMIs. Whether there is one AWS is asked, by the content's hash in its tags: no state of this host decides. A
 * disk is built and uploaded only when there is none.
 */
public final class AwsImages implements ImageProvider, AutoCloseable {
    private static final int UPLOADS_AT_ONCE = 2;
    private static final int SHORT = 12;

    /** Somebody may deregister an image by hand: after this it is asked for again. */
    private static final Duration REMEMBERED = Duration.ofMinutes(30);

    private final MachineImageApi api;
    private final Disks disks;
    private final Settings settings;
    private final Clock clock;
    private final SnapshotWriter writer;
    private final ImageJobs jobs;

    /** Builds the disk of a machine image, or finds it. */
    @FunctionalInterface
    public interface Disks {
        /** @return a raw disk for UEFI machines; stays while it is read */
        Path build(MachineImage image, ImageProgress progress) throws IOException;
    }

    /**
     * @param clusterId whose images these are
     * @param journals directory for the state of uploads, created when missing
     */
    record Settings(String clusterId, Path journals, Timings timings) {}

    /** @param changed is told the names of images whose build ended */
    AwsImages(MachineImageApi api, Disks disks, Settings settings, Consumer<Set<String>> changed, Clock clock) {
        this.api = api;
        this.disks = disks;
        this.settings = settings;
        this.clock = clock;
        this.writer = new SnapshotWriter(api, settings.timings(), clock);
        this.jobs = new ImageJobs(new Memory(), this::make, changed, clock, UPLOADS_AT_ONCE);
    }

    /**
     * @param clusterId whose images these are
     * @param disks builds what is uploaded
     * @param state directory for the state of uploads, created when missing
     * @param changed is told the names of images whose build ended
     */
    public static AwsImages of(
            AwsClients clients, String clusterId, Disks disks, Path state, Consumer<Set<String>> changed) {
        Settings settings = new Settings(clusterId, state, Timings.customary());
        return new AwsImages(new SdkMachineImages(clients), disks, settings, changed, Clock.systemUTC());
    }

    @Override
    public ImageStatus ensure(MachineImage image, ImageProgress progress) {
        return jobs.ensure(image, progress);
    }

    /** Only AWS knows which images there are; what it said holds for a while. */
    private final class Memory implements ImageJobs.Finder {
        @Override
        public Optional<ImageStatus.Ready> find(String name) {
            return Optional.empty();
        }

        @Override
        public boolean isThere(String name, Instant since) {
            return clock.instant().isBefore(since.plus(REMEMBERED));
        }
    }

    private ImageStatus.Ready make(MachineImage image, ImageProgress progress)
            throws IOException, InterruptedException {
        Instant start = clock.instant();
        Optional<Image> found = find(image);
        if (found.isPresent()) {
            awaitAvailable(found.get().id(), image);
            return new ImageStatus.Ready(found.get().id(), 0, elapsed(start), true);
        }
        Path disk = disks.build(image, progress);
        DiskBlocks blocks = DiskBlocks.of(disk);
        String shortName = image.name().substring(0, SHORT);
        progress.step(
                "Normal",
                "Building",
                String.format(
                        Locale.ROOT,
                        "Uploading machine image %s: %d blocks, %.1f MB",
                        shortName,
                        blocks.hashes().size(),
                        blocks.usedBytes() / 1e6));
        UploadJournal journal = UploadJournal.open(settings.journals(), image.name());
        String snapshot = writer.write(blocks, description(image), tags(image), journal);
        progress.step(
                "Normal", "Building", "Uploaded machine image " + shortName + " as " + snapshot + ", registering it");
        String id = register(image, snapshot, blocks.gibibytes());
        awaitAvailable(id, image);
        progress.step(
                "Normal",
                "Built",
                String.format(
                        Locale.ROOT,
                        "Registered machine image %s as %s in %.1fs",
                        shortName,
                        id,
                        elapsed(start).toMillis() / 1e3));
        return new ImageStatus.Ready(id, blocks.usedBytes(), elapsed(start), false);
    }

    private Duration elapsed(Instant start) {
        return Duration.between(start, clock.instant());
    }

    private Map<String, String> tags(MachineImage image) {
        return Map.of(AwsTags.CLUSTER, settings.clusterId(), AwsTags.CONTENT_HASH, image.name(), "Name", name(image));
    }

    /** Names are the account's: the cluster's id keeps two i2kit apart. */
    private String name(MachineImage image) {
        return "i2kit-" + settings.clusterId() + "-" + image.name();
    }

    private static String description(MachineImage image) {
        return "i2kit machine image " + image.name().substring(0, SHORT);
    }

    private Optional<Image> find(MachineImage image) {
        Map<String, String> wanted = Map.of(AwsTags.CLUSTER, settings.clusterId(), AwsTags.CONTENT_HASH, image.name());
        return api.images(wanted).stream()
                .filter(one -> one.state() != ImageState.FAILED)
                .findFirst();
    }

    /** A name is taken once: whoever registered it before, perhaps this server whose answer was lost, has the same content. */
    private String register(MachineImage image, String snapshot, int gibibytes) {
        Registration registration = new Registration(
                name(image), description(image), image.architecture(), snapshot, gibibytes, tags(image));
        Optional<Image> taken = named(image);
        String id = taken.isPresent() ? taken.get().id() : api.registerImage(registration);
        boolean tagged = named(image)
                .map(one -> one.tags().entrySet().containsAll(tags(image).entrySet()))
                .orElse(false);
        if (!tagged) {
            api.tag(Set.of(id), tags(image));
        }
        return id;
    }

    /** One that failed is removed, since it holds the name. */
    private Optional<Image> named(MachineImage image) {
        for (Image one : api.imagesNamed(name(image))) {
            if (one.state() == ImageState.FAILED) {
                api.deregisterImage(one.id());
            } else {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    private void awaitAvailable(String id, MachineImage image) throws InterruptedException {
        Instant deadline = clock.instant().plus(settings.timings().patience());
        while (true) {
            Optional<Image> now = api.imagesNamed(name(image)).stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst();
            ImageState state = now.map(Image::state).orElse(ImageState.PENDING);
            if (state == ImageState.AVAILABLE) {
                return;
            }
            if (state == ImageState.FAILED) {
                api.deregisterImage(id);
                throw new CloudException.Invalid("AWS could not register image " + id);
            }
            if (clock.instant().isAfter(deadline)) {
                throw new CloudException.Unavailable(
                        "image " + id + " is still pending after "
                                + settings.timings().patience(),
                        null);
            }
            Thread.sleep(settings.timings().pause());
        }
    }

    /**
     * Deletes images and snapshots of this cluster that nobody uses.
     *
     * @param inUse names that some launch template of this cluster has
     * @param olderThan younger ones may be about to be used
     * @return the names of the images that went
     */
    public Set<String> collect(Set<String> inUse, Duration olderThan) {
        Set<String> gone = new ImageSweep(
                        api, settings.clusterId(), clock.instant().minus(olderThan))
                .sweep(name -> inUse.contains(name) || jobs.isRunning(name));
        gone.forEach(jobs::forget);
        return gone;
    }

    /** Uploads that run end; the next server goes on with them. */
    @Override
    public void close() {
        jobs.close();
    }
}
