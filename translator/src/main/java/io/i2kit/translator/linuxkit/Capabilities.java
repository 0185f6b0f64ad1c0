package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.i2kit.cloud.model.LinuxCapabilities;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Linux capabilities of a container: the OCI runtimes' default set, adjusted by {@code securityContext.capabilities} as
 * containerd's CRI plugin does ({@code internal/cri/server/container_create.go}: ALL first, then single ones).
 */
final class Capabilities {
    /** containerd's {@code pkg/oci/spec.go}, defaultUnixCaps. */
    static final List<String> DEFAULT = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");

    private Capabilities() {}

    /** In a fixed order, so that equal sets give equal images. */
    static List<String> of(@Nullable SecurityContext context) {
        if (context != null && Boolean.TRUE.equals(context.getPrivileged())) {
            return LinuxCapabilities.ALL;
        }
        Set<String> set = new LinkedHashSet<>(DEFAULT);
        if (context != null && context.getCapabilities() != null) {
            adjust(
                    set,
                    context.getCapabilities().getAdd(),
                    context.getCapabilities().getDrop());
        }
        return LinuxCapabilities.ALL.stream().filter(set::contains).toList();
    }

    private static void adjust(Set<String> set, List<String> add, List<String> drop) {
        List<String> added = add.stream().map(Capabilities::kernelName).toList();
        List<String> dropped = drop.stream().map(Capabilities::kernelName).toList();
        if (added.contains("CAP_ALL")) {
            set.addAll(LinuxCapabilities.ALL);
        }
        if (dropped.contains("CAP_ALL")) {
            set.clear();
        }
        set.addAll(added);
        dropped.forEach(set::remove);
    }

    private static String kernelName(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper : "CAP_" + upper;
    }
}
