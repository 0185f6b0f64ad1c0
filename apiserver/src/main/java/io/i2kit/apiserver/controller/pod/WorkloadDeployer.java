package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.deploy.StackDeployer;
import io.i2kit.cloud.model.ImageStatus;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import io.i2kit.translator.apps.ModelBuilder;
import io.i2kit.translator.apps.ModelBuilder.Inputs;
import io.i2kit.translator.apps.ModelBuilder.Translation;
import io.i2kit.translator.linuxkit.ConfigProblem;
import io.i2kit.translator.status.MachineReport.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings one workload's stack to the cloud, as far as its images and references allow. */
final class WorkloadDeployer {
    /** An image build or a missing reference ends with a notice; this is for one that got lost. */
    private static final Duration RECHECK = Duration.ofSeconds(30);

    private final ModelBuilder builder;
    private final StackDeployer deployer;
    private final WorkloadReader reader;
    private final AgentSecrets secrets;
    private final ImageFailures failures;
    private final PodEvents events;
    private final WorkloadImages images;
    /** What was last told of a workload's references, and whether its back-off was. */
    private final ConcurrentMap<String, List<ConfigProblem>> toldProblems = new ConcurrentHashMap<>();

    private final Set<String> toldBackOff = ConcurrentHashMap.newKeySet();
    private final Set<ObjectKey> building = ConcurrentHashMap.newKeySet();

    WorkloadDeployer(
            ModelBuilder builder,
            StackDeployer deployer,
            WorkloadReader reader,
            AgentSecrets secrets,
            ImageFailures failures,
            WorkloadImages images,
            PodEvents events) {
        this.images = images;
        this.builder = builder;
        this.deployer = deployer;
        this.reader = reader;
        this.secrets = secrets;
        this.failures = failures;
        this.events = events;
    }

    /**
     * What came of it.
     *
     * @param waiting why containers do not start, by container name
     * @param next when to look again
     */
    record Outcome(Map<String, Waiting> waiting, Result next) {}

    /**
     * What is to be deployed.
     *
     * @param images resolved, one a container; empty while they are not
     * @param desired machines
     * @param waiting the Pods to tell what happens
     */
    record Request(
            ObjectKey key,
            Workload workload,
            Optional<List<ContainerImage>> images,
            int desired,
            Supplier<Collection<PodView>> waiting) {}

    /** Workloads whose machine image is being made. */
    Set<ObjectKey> building() {
        return Set.copyOf(building);
    }

    Outcome deploy(Request request) {
        building.remove(request.key());
        Workload workload = request.workload();
        ImageFailures.Pause pause = failures.pause(workload.uid());
        if (pause != null) {
            return paused(request, pause);
        }
        if (request.images().isEmpty()) {
            images.resolve(request.key(), workload, builder.architecture(workload), request.waiting());
            scale(request);
            return new Outcome(failures.latest(workload.uid()), Result.after(RECHECK));
        }
        List<ContainerImage> resolved = request.images().get();
        images.grant(workload, resolved);
        Inputs inputs = new Inputs(
                resolved,
                reader.references(workload),
                secrets.of(workload.uid()),
                reader.role(workload),
                request.desired());
        return switch (builder.build(workload, inputs)) {
            case Translation.Incomplete(List<ConfigProblem> problems) -> incomplete(request, problems);
            case Translation.Complete(Stack stack) -> {
                toldProblems.remove(workload.uid());
                // Before the cloud is asked: its notice may come before its answer is read.
                building.add(request.key());
                yield built(
                        request,
                        resolved,
                        deployer.deploy(stack, progress(request)).image());
            }
        };
    }

    private ImageProgress progress(Request request) {
        return (type, reason, message) -> {
            // A failed build is told with the status that follows.
            if (!reason.equals("Failed")) {
                events.tell(request.waiting().get(), type, reason, message);
            }
        };
    }

    /** Where the stack cannot be built: what runs already follows its count. */
    private void scale(Request request) {
        deployer.scale(builder.group(request.workload(), request.desired()));
    }

    /** While images cannot be had. */
    private Outcome paused(Request request, ImageFailures.Pause pause) {
        scale(request);
        String uid = request.workload().uid();
        if (!pause.backingOff()) {
            toldBackOff.remove(uid);
        } else if (toldBackOff.add(uid)) {
            Set<String> backedOff = new HashSet<>();
            WorkloadImages.containers(request.workload())
                    .filter(container -> isBackingOff(pause.waiting().get(container.getName())))
                    .forEach(container -> backedOff.add(container.getImage()));
            events.backingOff(request.waiting().get(), backedOff);
        }
        return new Outcome(pause.waiting(), Result.after(pause.next()));
    }

    private static boolean isBackingOff(@Nullable Waiting waiting) {
        return waiting != null && waiting.reason().equals("ImagePullBackOff");
    }

    private Outcome incomplete(Request request, List<ConfigProblem> problems) {
        scale(request);
        if (!problems.equals(toldProblems.put(request.workload().uid(), problems))) {
            problems.forEach(problem ->
                    events.tell(request.waiting().get(), "Warning", problem.eventReason(), problem.eventMessage()));
        }
        Map<String, Waiting> waiting = new HashMap<>();
        problems.forEach(problem ->
                waiting.putIfAbsent(problem.container(), new Waiting(problem.waitingReason(), problem.message())));
        return new Outcome(waiting, Result.after(RECHECK));
    }

    private Outcome built(Request request, List<ContainerImage> resolved, @Nullable ImageStatus status) {
        String uid = request.workload().uid();
        if (!(status instanceof ImageStatus.Pending)) {
            building.remove(request.key());
        }
        return switch (status) {
            case null -> new Outcome(Map.of(), Result.DONE);
            case ImageStatus.Ready ready -> {
                failures.succeeded(uid);
                yield new Outcome(Map.of(), Result.DONE);
            }
            case ImageStatus.Pending pending -> new Outcome(failures.latest(uid), Result.after(RECHECK));
            case ImageStatus.Failed failed -> {
                images.readSecretsAnew(request.workload());
                Map<String, ImageFailures.Problem> problems = problems(resolved, failed);
                failures.failed(uid, problems);
                events.imageFailed(request.waiting().get(), new HashSet<>(problems.values()));
                ImageFailures.Pause pause = failures.pause(uid);
                yield pause == null
                        ? new Outcome(failures.latest(uid), Result.after(RECHECK))
                        : new Outcome(pause.waiting(), Result.after(pause.next()));
            }
        };
    }

    /** The containers whose images the builder names; all when it names none of theirs. */
    private static Map<String, ImageFailures.Problem> problems(List<ContainerImage> images, ImageStatus.Failed failed) {
        List<ContainerImage> guilty = new ArrayList<>();
        for (ContainerImage image : images) {
            if (failed.images().contains(image.image()) || failed.images().contains(image.digestReference())) {
                guilty.add(image);
            }
        }
        Map<String, ImageFailures.Problem> problems = new HashMap<>();
        for (ContainerImage image : guilty.isEmpty() ? images : guilty) {
            problems.put(
                    image.container(), new ImageFailures.Problem(image.image(), failed.reason(), failed.message()));
        }
        return problems;
    }
}
