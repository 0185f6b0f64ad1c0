package io.i2kit.cloud.image;

import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.provider.ImageProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Keeps machine images and has them made. Every image is built once however often it is asked for; a failure is kept until its
 * time to try again. Results are directories by image name.
 */
public final class MachineImageBuilder implements ImageProvider, ImageJobs.Finder, AutoCloseable {
    private final DirectoryCache images;
    private final MachineImageMaker maker;
    private final ImageJobs jobs;

    MachineImageBuilder(
            DirectoryCache images,
            MachineImageMaker maker,
            Consumer<Set<String>> changed,
            Clock clock,
            int buildsAtOnce) {
        this.images = images;
        this.maker = maker;
        this.jobs = new ImageJobs(this, this::make, changed, clock, buildsAtOnce);
    }

    @Override
    public ImageStatus ensure(MachineImage image, ImageProgress progress) {
        return jobs.ensure(image, progress);
    }

    /** When a failed image is tried again at the earliest; empty when it has not failed. */
    public Optional<Instant> retryAt(String imageName) {
        return jobs.retryAt(imageName);
    }

    /**
     * Builds on the caller's thread, for the command line.
     *
     * @return the directory with the files of the format
     * @throws PullException when an image cannot be had
     * @throws IOException when something else fails
     */
    public Path buildNow(MachineImage image, ImageProgress progress) throws IOException {
        return images.make(image.name(), directory -> maker.make(image, progress, directory));
    }

    private ImageStatus.Ready make(MachineImage image, ImageProgress progress) throws IOException {
        long start = System.nanoTime();
        return ready(buildNow(image, progress), Durations.elapsed(start), false);
    }

    @Override
    public Optional<ImageStatus.Ready> find(String name) {
        return images.find(name).map(directory -> ready(directory, Duration.ZERO, true));
    }

    @Override
    public boolean isThere(String name, Instant since) {
        return images.find(name).isPresent();
    }

    private static ImageStatus.Ready ready(Path directory, Duration took, boolean fromCache) {
        try (Stream<Path> files = Files.list(directory)) {
            long bytes = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.size(file);
            }
            return new ImageStatus.Ready(directory.toString(), bytes, took, fromCache);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes the least recently used images beyond a size.
     *
     * @param inUse names that some launch template still has
     * @param unusedFor how long a deleted one was not used at least
     * @return the names deleted
     */
    public List<String> collect(Set<String> inUse, long maxBytes, Duration unusedFor) throws IOException {
        List<String> deleted =
                images.collect(maxBytes, unusedFor, name -> inUse.contains(name) || jobs.isRunning(name));
        deleted.forEach(jobs::forget);
        return deleted;
    }

    /** Running builds end; what they have made so far is thrown away. */
    @Override
    public void close() {
        jobs.close();
    }
}
