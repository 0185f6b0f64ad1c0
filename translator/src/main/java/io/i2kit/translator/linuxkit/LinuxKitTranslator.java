package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.ContainerImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in the image of a Pod's machines: the root filesystems, by digest, and the security settings that hold for every run.
 * Nothing that a user may change without a new image is here: commands, variables, volumes and probes are metadata.
 */
public final class LinuxKitTranslator {
    /** What containerd masks ({@code pkg/oci/spec.go}, populateDefaultUnixSpec). */
    private static final List<String> MASKED_PATHS = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    private static final List<String> READONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** LinuxKit's default mounts have none; 64 MiB is what every container runtime gives. */
    private static final LinuxKitConfig.Mount SHARED_MEMORY = new LinuxKitConfig.Mount(
            "tmpfs", "shm", "/dev/shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k"));

    private static final String SYS_ADMIN = "CAP_SYS_ADMIN";

    private LinuxKitTranslator() {}

    /**
     * @param images by container name, for every container
     * @throws IllegalArgumentException when an image is missing
     */
    public static LinuxKitConfig translate(PodSpec spec, Map<String, ContainerImage> images, MachineBase base) {
        List<LinuxKitConfig.Container> onboot = containers(spec.getInitContainers(), spec, images);
        return new LinuxKitConfig(
                new LinuxKitConfig.Kernel(base.kernelImage(), base.cmdline()),
                base.init(),
                onboot.isEmpty() ? null : onboot,
                containers(spec.getContainers(), spec, images),
                null);
    }

    private static List<LinuxKitConfig.Container> containers(
            List<Container> containers, PodSpec spec, Map<String, ContainerImage> images) {
        List<LinuxKitConfig.Container> result = new ArrayList<>();
        for (Container container : containers) {
            ContainerImage image = images.get(container.getName());
            if (image == null) {
                throw new IllegalArgumentException("no image is resolved for container " + container.getName());
            }
            result.add(container(container, spec, image));
        }
        return result;
    }

    private static LinuxKitConfig.Container container(Container container, PodSpec spec, ContainerImage image) {
        SecurityContext context = container.getSecurityContext();
        List<String> capabilities = Capabilities.of(context);
        boolean privileged = context != null && Boolean.TRUE.equals(context.getPrivileged());
        RunAs runAs = RunAs.of(spec.getSecurityContext(), context, image.user());
        return new LinuxKitConfig.Container(
                container.getName(),
                image.digestReference(),
                capabilities,
                null,
                List.of(SHARED_MEMORY),
                null,
                null,
                null,
                null,
                null,
                null,
                Boolean.TRUE.equals(spec.getShareProcessNamespace()) || Boolean.TRUE.equals(spec.getHostPID())
                        ? "host"
                        : null,
                null,
                null,
                context != null && Boolean.TRUE.equals(context.getReadOnlyRootFilesystem()) ? true : null,
                privileged ? List.of() : MASKED_PATHS,
                privileged ? List.of() : READONLY_PATHS,
                runAs.uid(),
                runAs.gid(),
                supplementalGroups(spec.getSecurityContext()),
                noNewPrivileges(context, capabilities),
                null,
                null,
                null,
                null);
    }

    /**
     * Kubernetes' own default lets a process gain privileges; here it does not unless asked, since few programs need it. The
     * exceptions are Kubernetes' ({@code pkg/securitycontext/util.go}, AddNoNewPrivileges and validation.go): privileged
     * containers and those with CAP_SYS_ADMIN always may.
     */
    private static boolean noNewPrivileges(@Nullable SecurityContext context, List<String> capabilities) {
        if (context == null) {
            return true;
        }
        Boolean allowed = context.getAllowPrivilegeEscalation();
        return allowed != null
                ? !allowed
                : !Boolean.TRUE.equals(context.getPrivileged()) && !capabilities.contains(SYS_ADMIN);
    }

    private static @Nullable List<Long> supplementalGroups(@Nullable PodSecurityContext context) {
        if (context == null || context.getSupplementalGroups().isEmpty()) {
            return null;
        }
        return context.getSupplementalGroups().stream().distinct().sorted().toList();
    }
}
