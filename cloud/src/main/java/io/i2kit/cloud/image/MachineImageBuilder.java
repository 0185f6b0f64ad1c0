package io.i2kit.cloud.image;

import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.LinuxKitConfig;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps machine images and has them made. Every image is built once however often it is asked for; a failure is kept until its
 * time to try again. Results are directories by image name.
 */
public final class MachineImageBuilder implements ImageProvider, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineImageBuilder.class);

    /** As the kubelet's back-off of image pulls (pkg/kubelet/images): 10 s, doubled, at most five minutes. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final DirectoryCache images;
    private final MachineImageMaker maker;
    private final Consumer<Set<String>> changed;
    private final Clock clock;
    private final Semaphore buildsAtOnce;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, State> states = new ConcurrentHashMap<>();

    MachineImageBuilder(
            DirectoryCache images,
            MachineImageMaker maker,
            Consumer<Set<String>> changed,
            Clock clock,
            int buildsAtOnce) {
        this.images = images;
        this.maker = maker;
        this.changed = changed;
        this.clock = clock;
        this.buildsAtOnce = new Semaphore(buildsAtOnce);
    }

    private sealed interface State {
        ImageStatus status();
    }

    private record Running(ImageStatus status) implements State {}

    private record Finished(ImageStatus status) implements State {}

    private record FailedUntil(ImageStatus status, Instant retryAt, Duration nextWait) implements State {}

    @Override
    public ImageStatus ensure(MachineImage image, ImageProgress progress) {
        boolean[] start = new boolean[1];
        Duration[] wait = {FIRST_WAIT};
        State state = Objects.requireNonNull(states.compute(image.name(), (name, former) -> {
            if (former instanceof Running
                    || former instanceof Finished && images.find(name).isPresent()) {
                return former;
            }
            if (former instanceof FailedUntil failed) {
                if (clock.instant().isBefore(failed.retryAt())) {
                    return failed;
                }
                wait[0] = failed.nextWait();
            }
            Optional<Path> built = images.find(name);
            if (built.isPresent()) {
                return new Finished(ready(built.get(), Duration.ZERO, true));
            }
            start[0] = true;
            return new Running(new ImageStatus.Pending("Pulling images"));
        }));
        if (start[0]) {
            workers.submit(() -> build(image, progress, wait[0]));
        }
        return state.status();
    }

    /** When a failed image is tried again at the earliest; empty when it has not failed. */
    public Optional<Instant> retryAt(String imageName) {
        return states.get(imageName) instanceof FailedUntil failed ? Optional.of(failed.retryAt()) : Optional.empty();
    }

    /**
     * Builds on the caller's thread, for the command line.
     *
     * @return the directory with {@code kernel}, {@code initrd.img} and {@code cmdline}
     * @throws PullException when an image cannot be had
     * @throws IOException when something else fails
     */
    public Path buildNow(MachineImage image, ImageProgress progress) throws IOException {
        return images.make(image.name(), directory -> maker.make(image, progress, directory));
    }

    private void build(MachineImage image, ImageProgress progress, Duration wait) {
        long start = System.nanoTime();
        State result;
        try {
            buildsAtOnce.acquire();
            try {
                Path directory = buildNow(image, progress);
                result = new Finished(ready(directory, Durations.elapsed(start), false));
            } finally {
                buildsAtOnce.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | RuntimeException e) {
            result = failed(image, e, wait);
            ImageStatus.Failed status = (ImageStatus.Failed) result.status();
            LOG.debug("machine image {} failed", image.name(), e);
            progress.step("Warning", "Failed", status.message());
        }
        states.put(image.name(), result);
        changed.accept(Set.of(image.name()));
    }

    private FailedUntil failed(MachineImage image, Exception e, Duration wait) {
        ImageStatus.Failed status = switch (e) {
            case PullException pull ->
                new ImageStatus.Failed(
                        pull.reason(),
                        pull.reason().equals("InvalidImageName")
                                ? message(pull)
                                : "Failed to pull image \"" + pull.reference() + "\": " + message(pull),
                        List.of(pull.reference()));
            default ->
                new ImageStatus.Failed(
                        "BuildFailed",
                        "Failed to build machine image " + image.name().substring(0, 12) + ": " + message(e),
                        imagesOf(image.config()));
        };
        Duration next = wait.multipliedBy(2);
        return new FailedUntil(
                status, clock.instant().plus(wait), next.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : next);
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static List<String> imagesOf(LinuxKitConfig config) {
        Stream<LinuxKitConfig.Container> onboot = config.onboot() == null ? Stream.empty() : config.onboot().stream();
        return Stream.concat(onboot, config.services().stream())
                .map(LinuxKitConfig.Container::image)
                .distinct()
                .toList();
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
        List<String> deleted = images.collect(
                maxBytes, unusedFor, name -> inUse.contains(name) || states.get(name) instanceof Running);
        deleted.forEach(states::remove);
        return deleted;
    }

    /** Running builds end; what they have made so far is thrown away. */
    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
    }
}
