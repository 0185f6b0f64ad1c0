package io.i2kit.translator.linuxkit;

import static io.i2kit.translator.linuxkit.Quantities.limits;
import static io.i2kit.translator.linuxkit.Quantities.requests;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.translator.ClusterSettings;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that a machine reads at boot: what a user may change without a new image. */
public final class MetadataTranslator {
    private static final int VERSION = 1;
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private final ClusterSettings settings;

    public MetadataTranslator(ClusterSettings settings) {
        this.settings = settings;
    }

    /**
     * What came of it.
     *
     * @param problems when not empty, the machine must not be started; the kubelet would not start the containers either
     */
    public record Translation(MachineMetadata metadata, List<ConfigProblem> problems) {}

    /**
     * @param images by container name, for every container
     * @param agentSecret 32 bytes in base64, of this workload alone
     */
    public Translation translate(
            Workload workload,
            Map<String, ContainerImage> images,
            References references,
            MachineSize size,
            String agentSecret) {
        TemplateContext context = new TemplateContext(workload, references, size);
        PodSpec spec = workload.spec();
        checkNonRoot(spec, images, context);
        PodSecurityContext security = spec.getSecurityContext();
        MachineMetadata metadata = new MachineMetadata(
                VERSION,
                settings.clusterId(),
                workload.namespace(),
                new MachineMetadata.Owner(workload.kind(), workload.name(), workload.uid()),
                new MachineMetadata.Agent(
                        agentSecret, settings.clientCa(), ClusterSettings.AGENT_PORT, ClusterSettings.READY_PORT),
                DnsSettings.of(spec, workload.namespace(), settings),
                hostAliases(spec),
                orEmpty(spec.getHostname()),
                orEmpty(spec.getSubdomain()),
                spec.getRestartPolicy() == null ? "Always" : spec.getRestartPolicy(),
                spec.getTerminationGracePeriodSeconds() == null
                        ? DEFAULT_GRACE_SECONDS
                        : spec.getTerminationGracePeriodSeconds(),
                sysctls(security),
                security == null ? null : security.getFsGroup(),
                new TreeMap<>(workload.labels()),
                new TreeMap<>(workload.annotations()),
                spec.getServiceAccountName() == null ? "default" : spec.getServiceAccountName(),
                "",
                Volumes.of(spec.getVolumes(), context),
                containers(spec.getInitContainers(), images, context),
                containers(spec.getContainers(), images, context));
        return new Translation(metadata, context.problems());
    }

    private static void checkNonRoot(PodSpec spec, Map<String, ContainerImage> images, TemplateContext context) {
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .forEach(container -> {
                    ContainerImage image = images.get(container.getName());
                    RunAs.nonRootProblem(spec.getSecurityContext(), container, image == null ? "" : image.user())
                            .ifPresent(message ->
                                    context.problem(ConfigProblem.ofContainer(container.getName(), message)));
                });
    }

    private static List<MachineMetadata.HostAlias> hostAliases(PodSpec spec) {
        return spec.getHostAliases().stream()
                .map(alias -> new MachineMetadata.HostAlias(alias.getIp(), List.copyOf(alias.getHostnames())))
                .toList();
    }

    private static Map<String, String> sysctls(@Nullable PodSecurityContext security) {
        Map<String, String> sysctls = new TreeMap<>();
        if (security != null) {
            for (Sysctl sysctl : security.getSysctls()) {
                sysctls.put(sysctl.getName(), sysctl.getValue());
            }
        }
        return sysctls;
    }

    private static List<MachineMetadata.Container> containers(
            List<Container> containers, Map<String, ContainerImage> images, TemplateContext context) {
        List<MachineMetadata.Container> result = new ArrayList<>();
        containers.forEach(container -> result.add(container(container, images.get(container.getName()), context)));
        return result;
    }

    private static MachineMetadata.Container container(
            Container container, @Nullable ContainerImage image, TemplateContext context) {
        var lifecycle = container.getLifecycle();
        return new MachineMetadata.Container(
                container.getName(),
                argv(container, image),
                Environment.of(container, context),
                container.getWorkingDir(),
                Boolean.TRUE.equals(container.getStdin()),
                Boolean.TRUE.equals(container.getStdinOnce()),
                Boolean.TRUE.equals(container.getTty()),
                mounts(container),
                ports(container),
                Quantities.units(limits(container.getResources()), "memory"),
                (int) Quantities.millis(limits(container.getResources()), "cpu"),
                (int) Quantities.millis(requests(container.getResources()), "cpu"),
                Probes.of(container.getStartupProbe(), container),
                Probes.of(container.getReadinessProbe(), container),
                Probes.of(container.getLivenessProbe(), container),
                lifecycle == null ? null : Probes.of(lifecycle.getPostStart(), container),
                lifecycle == null ? null : Probes.of(lifecycle.getPreStop(), container),
                container.getTerminationMessagePath() == null
                        ? "/dev/termination-log"
                        : container.getTerminationMessagePath(),
                container.getTerminationMessagePolicy() == null ? "File" : container.getTerminationMessagePolicy(),
                orEmpty(container.getRestartPolicy()));
    }

    /**
     * Kubernetes' table ("Define a Command and Arguments"): {@code command} replaces entrypoint and cmd; {@code args} alone
     * replaces cmd; neither keeps what the image says, which is in its config.json.
     */
    private static @Nullable List<String> argv(Container container, @Nullable ContainerImage image) {
        if (container.getCommand().isEmpty() && container.getArgs().isEmpty()) {
            return null;
        }
        List<String> argv = new ArrayList<>(container.getCommand());
        if (argv.isEmpty() && image != null) {
            image.entrypoint().forEach(word -> argv.add(word.replace("$", "$$")));
        }
        argv.addAll(container.getArgs());
        return argv;
    }

    private static List<MachineMetadata.VolumeMount> mounts(Container container) {
        return container.getVolumeMounts().stream()
                .map(mount -> new MachineMetadata.VolumeMount(
                        mount.getName(),
                        mount.getMountPath(),
                        orEmpty(mount.getSubPath()),
                        Boolean.TRUE.equals(mount.getReadOnly())))
                .toList();
    }

    private static List<MachineMetadata.Port> ports(Container container) {
        return container.getPorts().stream()
                .map(port -> new MachineMetadata.Port(
                        orEmpty(port.getName()),
                        port.getContainerPort(),
                        port.getProtocol() == null ? "TCP" : port.getProtocol()))
                .toList();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
