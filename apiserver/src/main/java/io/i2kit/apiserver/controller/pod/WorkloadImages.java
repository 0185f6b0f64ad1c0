package io.i2kit.apiserver.controller.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.translator.Annotations;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The images of workloads, resolved once each and kept on the object as {@link Annotations#IMAGE_DIGESTS}, so that every machine of
 * a ReplicaSet, also one that starts next year, runs the same bytes. Resolving holds no worker: the key comes back when it ended.
 */
final class WorkloadImages {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadImages.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectClient client;
    private final ImageLookup lookup;
    private final WorkloadReader reader;
    private final ImageFailures failures;
    private final PodEvents events;
    private final Consumer<ObjectKey> again;
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    /** Workloads whose pull secrets were read by this process. */
    private final Set<String> granted = ConcurrentHashMap.newKeySet();

    /**
     * The annotation's value.
     *
     * @param uid of the object that it was written for: {@code kubectl rollout undo} copies annotations to other objects
     */
    record Resolved(String uid, List<ContainerImage> images) {}

    WorkloadImages(
            ObjectClient client,
            ImageLookup lookup,
            ImageFailures failures,
            PodEvents events,
            Consumer<ObjectKey> again) {
        this.client = client;
        this.lookup = lookup;
        this.reader = new WorkloadReader(client);
        this.failures = failures;
        this.events = events;
        this.again = again;
    }

    /** The images of a workload, when they are resolved for the object and for its containers as they are now. */
    static Optional<List<ContainerImage>> of(ObjectNode owner, Workload workload) {
        String annotation = owner.path("metadata")
                .path("annotations")
                .path(Annotations.IMAGE_DIGESTS)
                .asString("");
        if (annotation.isEmpty()) {
            return Optional.empty();
        }
        try {
            Resolved resolved = JSON.readValue(annotation, Resolved.class);
            Map<String, String> wanted = new HashMap<>();
            containers(workload).forEach(container -> wanted.put(container.getName(), container.getImage()));
            Map<String, String> present = new HashMap<>();
            resolved.images().forEach(image -> present.put(image.container(), image.image()));
            return resolved.uid().equals(workload.uid()) && present.equals(wanted)
                    ? Optional.of(resolved.images())
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /**
     * Resolves in the background unless that is being done, writes the annotation, and gives the key back.
     *
     * @param waitingPods those to tell when it fails
     */
    void resolve(
            ObjectKey key, Workload workload, Architecture architecture, Supplier<Collection<PodView>> waitingPods) {
        if (!running.add(workload.uid())) {
            return;
        }
        Thread.ofVirtual().name("images-" + key.name()).start(() -> {
            try {
                Collection<ImageFailures.Problem> problems = resolveNow(key, workload, architecture);
                events.imageFailed(waitingPods.get(), new HashSet<>(problems));
            } catch (RuntimeException e) {
                LOG.warn("The images of {} could not be noted; it is tried again", key, e);
            } finally {
                running.remove(workload.uid());
                again.accept(key);
            }
        });
    }

    /** Gives a build the credentials of images that another process may have resolved; they are read once. */
    void grant(Workload workload, List<ContainerImage> images) {
        if (granted.add(workload.uid())) {
            List<byte[]> pullSecrets = reader.pullSecrets(workload);
            if (!pullSecrets.isEmpty()) {
                lookup.grant(images, pullSecrets);
            }
        }
    }

    /** A pull failed: secrets may have been changed since. */
    void readSecretsAnew(Workload workload) {
        granted.remove(workload.uid());
    }

    private Collection<ImageFailures.Problem> resolveNow(ObjectKey key, Workload workload, Architecture architecture) {
        List<byte[]> pullSecrets = reader.pullSecrets(workload);
        List<ContainerImage> images = new ArrayList<>();
        Map<String, ImageFailures.Problem> problems = new HashMap<>();
        for (Container container : containers(workload).toList()) {
            String policy = container.getImagePullPolicy() == null ? "" : container.getImagePullPolicy();
            try {
                images.add(
                        lookup.resolve(container.getName(), container.getImage(), policy, pullSecrets, architecture));
            } catch (ImageLookup.Failure e) {
                problems.put(
                        container.getName(),
                        new ImageFailures.Problem(container.getImage(), e.reason(), String.valueOf(e.getMessage())));
            }
        }
        if (!problems.isEmpty()) {
            failures.failed(workload.uid(), problems);
            return problems.values();
        }
        String annotation = JSON.writeValueAsString(new Resolved(workload.uid(), images));
        client.modify(key, "", tree -> {
            if (tree == null || !FieldPaths.text(tree, "metadata.uid").equals(workload.uid())) {
                return null;
            }
            ObjectNode metadata = (ObjectNode) tree.get("metadata");
            metadata.withObjectProperty("annotations").put(Annotations.IMAGE_DIGESTS, annotation);
            return tree;
        });
        failures.succeeded(workload.uid());
        return List.of();
    }

    static Stream<Container> containers(Workload workload) {
        return Stream.concat(workload.spec().getInitContainers().stream(), workload.spec().getContainers().stream());
    }
}
