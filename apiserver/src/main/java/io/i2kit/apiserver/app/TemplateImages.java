package io.i2kit.apiserver.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.i2kit.apiserver.controller.pod.ImageLookup;
import io.i2kit.apiserver.controller.pod.PullSecrets;
import io.i2kit.apiserver.manifest.Manifest;
import io.i2kit.apiserver.manifest.PodTemplate;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.apps.MachineImages;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** From the Pod templates of a manifest to machine images, as the server does it for workloads. */
final class TemplateImages {
    private final Manifest manifest;
    private final ImageLookup lookup;
    private final Function<Architecture, MachineBase> bases;
    private final Consumer<String> warnings;

    /**
     * @param bases what machines of each architecture stand on
     * @param warnings is told what the user should know
     */
    TemplateImages(
            Manifest manifest,
            ImageLookup lookup,
            Function<Architecture, MachineBase> bases,
            Consumer<String> warnings) {
        this.manifest = manifest;
        this.lookup = lookup;
        this.bases = bases;
        this.warnings = warnings;
    }

    /** A template and its machines' image. */
    record TemplateImage(PodTemplate template, MachineImage image) {}

    /**
     * Resolves every image of the manifest.
     *
     * @throws UserError when some cannot be had, with all of them
     */
    List<TemplateImage> resolve() {
        List<TemplateImage> images = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (PodTemplate template : manifest.templates()) {
            Optional<Architecture> wanted = MachineImages.architecture(
                    template.workload(), Architecture.AMD64, EnumSet.allOf(Architecture.class));
            if (wanted.isEmpty()) {
                problems.add(template.title() + ": its nodeSelector asks for an architecture that no machine has");
                continue;
            }
            Architecture architecture = wanted.get();
            Map<String, ContainerImage> resolved = resolve(template, architecture, problems);
            if (problems.isEmpty()) {
                MachineImage image =
                        MachineImages.of(template.workload(), resolved, bases.apply(architecture), architecture);
                images.add(new TemplateImage(template, image));
            }
        }
        if (!problems.isEmpty()) {
            throw new UserError(String.join("\ni2kit: ", problems));
        }
        return images;
    }

    private Map<String, ContainerImage> resolve(
            PodTemplate template, Architecture architecture, List<String> problems) {
        List<byte[]> secrets = pullSecrets(template);
        Map<String, ContainerImage> images = new LinkedHashMap<>();
        containers(template).forEach(container -> {
            try {
                images.put(
                        container.getName(),
                        lookup.resolve(
                                container.getName(),
                                container.getImage(),
                                container.getImagePullPolicy(),
                                secrets,
                                architecture));
            } catch (ImageLookup.Failure e) {
                problems.add("%s: container \"%s\": image \"%s\": %s: %s"
                        .formatted(
                                template.title(),
                                container.getName(),
                                container.getImage(),
                                e.reason(),
                                e.getMessage()));
            }
        });
        return images;
    }

    private static Stream<Container> containers(PodTemplate template) {
        return Stream.concat(
                template.workload().spec().getInitContainers().stream(),
                template.workload().spec().getContainers().stream());
    }

    /** Those of the manifest itself; a command has no server to ask for others. */
    private List<byte[]> pullSecrets(PodTemplate template) {
        List<byte[]> configs = new ArrayList<>();
        for (LocalObjectReference reference : template.workload().spec().getImagePullSecrets()) {
            Map<String, byte[]> content = secret(template.namespace(), reference.getName());
            if (content.isEmpty()) {
                warnings.accept("%s: imagePullSecret \"%s\" is not in the manifest; your own credentials are used"
                        .formatted(template.title(), reference.getName()));
            }
            PullSecrets.dockerConfig(content).ifPresent(configs::add);
        }
        return configs;
    }

    private Map<String, byte[]> secret(String namespace, String name) {
        Map<String, byte[]> content = new HashMap<>();
        for (Manifest.Entry entry : manifest.entries()) {
            if (entry.names().kind().equals("Secret")
                    && Meta.name(entry.object()).equals(name)
                    && Meta.namespace(entry.object()).equals(namespace)) {
                entry.object()
                        .path("data")
                        .properties()
                        .forEach(data -> content.put(
                                data.getKey(),
                                Base64.getMimeDecoder().decode(data.getValue().asString(""))));
            }
        }
        return content;
    }
}
