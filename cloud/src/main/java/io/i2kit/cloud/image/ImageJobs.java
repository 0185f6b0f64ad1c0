package io.i2kit.cloud.image;

import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import java.io.IOException;
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
 * Has machine images made, each once at a time however often it is asked for, and holds no caller. A failure is kept until its time
 * to try again.
 */
public final class ImageJobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageJobs.class);

    /** As the kubelet's back-off of image pulls (pkg/kubelet/images): 10 s, doubled, at most five minutes. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** Makes one image on the caller's thread. */
    @FunctionalInterface
    public interface Maker {
        ImageStatus.Ready make(MachineImage image, ImageProgress progress) throws IOException, InterruptedException;
    }

    /** Knows images that were made, without waiting for anybody. */
    public interface Finder {
        /** The image with this name; empty when there is none, or when only the maker can tell. */
        Optional<ImageStatus.Ready> find(String name);

        /** Whether an image that was made or found at a time may be taken for still there. */
        boolean isThere(String name, Instant since);
    }

    private final Finder finder;
    private final Maker maker;
    private final Consumer<Set<String>> changed;
    private final Clock clock;
    private final Semaphore atOnce;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, State> states = new ConcurrentHashMap<>();

    /**
     * @param changed is told the names of images whose making ended
     * @param atOnce how many are made at a time
     */
    public ImageJobs(Finder finder, Maker maker, Consumer<Set<String>> changed, Clock clock, int atOnce) {
        this.finder = finder;
        this.maker = maker;
        this.changed = changed;
        this.clock = clock;
        this.atOnce = new Semaphore(atOnce);
    }

    private sealed interface State {
        ImageStatus status();
    }

    private record Running(ImageStatus status) implements State {}

    private record Finished(ImageStatus status, Instant since) implements State {}

    private record FailedUntil(ImageStatus status, Instant retryAt, Duration nextWait) implements State {}

    /** As {@link io.i2kit.cloud.provider.ImageProvider#ensure}. */
    public ImageStatus ensure(MachineImage image, ImageProgress progress) {
        boolean[] start = new boolean[1];
        Duration[] wait = {FIRST_WAIT};
        State state = Objects.requireNonNull(states.compute(image.name(), (name, former) -> {
            if (former instanceof Running
                    || former instanceof Finished finished && finder.isThere(name, finished.since())) {
                return former;
            }
            if (former instanceof FailedUntil failed) {
                if (clock.instant().isBefore(failed.retryAt())) {
                    return failed;
                }
                wait[0] = failed.nextWait();
            }
            Optional<ImageStatus.Ready> found = finder.find(name);
            if (found.isPresent()) {
                return new Finished(found.get(), clock.instant());
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

    private void build(MachineImage image, ImageProgress progress, Duration wait) {
        State result;
        try {
            atOnce.acquire();
            try {
                ImageStatus.Ready made = maker.make(image, progress);
                result = new Finished(made, clock.instant());
            } finally {
                atOnce.release();
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

    public boolean isRunning(String name) {
        return states.get(name) instanceof Running;
    }

    /** The image is gone. */
    public void forget(String name) {
        states.remove(name);
    }

    /** What runs ends; what it has made so far is thrown away. */
    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
    }
}
