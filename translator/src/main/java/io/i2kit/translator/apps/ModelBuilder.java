package io.i2kit.translator.apps;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.model.OwnershipTags;
import io.i2kit.cloud.model.Stack;
import io.i2kit.cloud.model.StackId;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import io.i2kit.translator.core.ResourceNames;
import io.i2kit.translator.linuxkit.ConfigProblem;
import io.i2kit.translator.linuxkit.MachineSizer;
import io.i2kit.translator.linuxkit.MetadataTranslator;
import io.i2kit.translator.linuxkit.References;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A ReplicaSet or bare Pod as a stack: one machine image, one launch template, one instance group. */
public final class ModelBuilder {
    private final ClusterSettings settings;
    private final ResourceNames names;
    private final MetadataTranslator metadata;

    public ModelBuilder(ClusterSettings settings) {
        this.settings = settings;
        this.names = new ResourceNames(settings.clusterId(), settings.clusterDomain());
        this.metadata = new MetadataTranslator(settings);
    }

    /**
     * What a stack is made of besides the workload itself.
     *
     * @param images one for each container and init container
     * @param agentSecret 32 bytes in base64, of this workload alone
     * @param role that its ServiceAccount asks for ({@code eks.amazonaws.com/role-arn}), or empty
     * @param desired how many machines are to run
     */
    public record Inputs(
            List<ContainerImage> images, References references, String agentSecret, String role, int desired) {
        public Inputs {
            images = List.copyOf(images);
        }
    }

    /** What came of it. */
    public sealed interface Translation {
        /** Fit to be deployed. */
        record Complete(Stack stack) implements Translation {}

        /** No machine may be started; what runs already may go on. */
        record Incomplete(List<ConfigProblem> problems) implements Translation {
            public Incomplete {
                problems = List.copyOf(problems);
            }
        }
    }

    /** The names that this builder gives. */
    public ResourceNames names() {
        return names;
    }

    /** The owner's id. */
    public StackId stackId(Workload workload) {
        return new StackId(
                settings.clusterId(), workload.kind(), workload.namespace(), workload.name(), workload.uid());
    }

    /** The name of the workload's instance group. */
    public String groupName(Workload workload) {
        return names.group(workload.kind(), workload.namespace(), workload.name(), workload.uid());
    }

    /** The architecture that its machines have. */
    public Architecture architecture(Workload workload) {
        return wanted(workload).orElse(settings.architecture());
    }

    /** The architecture that it asks for and no machine has; of such a workload nothing is to be built. */
    public Optional<String> missingArchitecture(Workload workload) {
        return wanted(workload).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(workload.selected(MachineImages.ARCHITECTURE_LABEL));
    }

    private Optional<Architecture> wanted(Workload workload) {
        return MachineImages.architecture(
                workload, settings.architecture(), settings.bases().keySet());
    }

    /** How large its machines are. */
    public MachineSize size(Workload workload, Collection<ContainerImage> images) {
        return MachineSizer.size(settings.footprint(), workload, images);
    }

    /** Pure: equal arguments give equal results. */
    public Translation build(Workload workload, Inputs inputs) {
        Map<String, ContainerImage> images = new LinkedHashMap<>();
        inputs.images().forEach(image -> images.put(image.container(), image));
        Architecture architecture = architecture(workload);
        MachineBase base = settings.base(architecture);
        MachineSize size = size(workload, images.values());
        MetadataTranslator.Translation translated =
                metadata.translate(workload, images, inputs.references(), size, inputs.agentSecret());
        if (!translated.problems().isEmpty()) {
            return new Translation.Incomplete(translated.problems());
        }
        MachineImage image = MachineImages.of(workload, images, base, architecture);
        String group = groupName(workload);
        LaunchTemplate template = new LaunchTemplate(
                names.launchTemplate(group),
                image.name(),
                image.architecture(),
                size,
                translated.metadata(),
                templateTags(workload, inputs.role()));
        return new Translation.Complete(
                new Stack(stackId(workload), List.of(image, template, group(workload, inputs.desired()))));
    }

    /** The group by itself: to change the count of machines where the template cannot be made. */
    public InstanceGroup group(Workload workload, int desired) {
        String group = groupName(workload);
        return new InstanceGroup(group, names.launchTemplate(group), desired, !workload.isBarePod(), tags(workload));
    }

    private Map<String, String> templateTags(Workload workload, String role) {
        Map<String, String> tags = new LinkedHashMap<>(tags(workload));
        String capacity = workload.selected(LaunchTemplate.CAPACITY_TYPE);
        if (capacity != null) {
            tags.put(LaunchTemplate.CAPACITY_TYPE, capacity);
        }
        if (!role.isEmpty()) {
            tags.put(LaunchTemplate.ROLE, role);
        }
        return tags;
    }

    private Map<String, String> tags(Workload workload) {
        return OwnershipTags.of(stackId(workload));
    }
}
