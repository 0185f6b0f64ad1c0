package io.i2kit.cloud.image.linuxkit;

import io.i2kit.cloud.image.linuxkit.RuntimeSpec.Argument;
import io.i2kit.cloud.image.linuxkit.RuntimeSpec.Seccomp;
import io.i2kit.cloud.image.linuxkit.RuntimeSpec.Syscalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The default filter of system calls, with the meaning of the container runtimes' default: what programs use is allowed, what
 * reaches into the machine needs the capability for it, the rest fails with EPERM. The lists are the resource
 * {@code syscalls.txt}: a section {@code [always]} and one a capability.
 */
final class SeccompProfile {
    private static final String ALLOW = "SCMP_ACT_ALLOW";
    private static final String ERRNO = "SCMP_ACT_ERRNO";
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final String ALWAYS = "always";
    private static final String SYS_ADMIN = "CAP_SYS_ADMIN";

    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
    private static final long NEW_NAMESPACES = 0x7E020000L;

    /** Linux, 32-bit Linux, with and without UNAME26, and the query. */
    private static final long[] PERSONALITIES = {0x0, 0x0008, 0x20000, 0x20008, 0xffffffffL};

    private static final int AF_VSOCK = 40;
    private static final Map<String, List<String>> SECTIONS = load();

    private SeccompProfile() {}

    static Seccomp forCapabilities(Set<String> capabilities) {
        List<Syscalls> rules = new ArrayList<>();
        SECTIONS.forEach((section, names) -> {
            if (section.equals(ALWAYS) || capabilities.contains(section)) {
                rules.add(new Syscalls(names, ALLOW, null, null));
            }
        });
        for (long personality : PERSONALITIES) {
            rules.add(allow("personality", new Argument(0, personality, null, "SCMP_CMP_EQ")));
        }
        // Sockets to the hypervisor are the machine's own.
        rules.add(allow("socket", new Argument(0, AF_VSOCK, null, "SCMP_CMP_NE")));
        if (!capabilities.contains(SYS_ADMIN)) {
            rules.add(allow("clone", new Argument(0, NEW_NAMESPACES, 0L, "SCMP_CMP_MASKED_EQ")));
            // Its flags are behind a pointer that a filter cannot read; programs fall back to clone.
            rules.add(new Syscalls(List.of("clone3"), ERRNO, ENOSYS, null));
        }
        List<String> architectures = List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
        return new Seccomp(ERRNO, EPERM, architectures, rules);
    }

    private static Syscalls allow(String name, Argument argument) {
        return new Syscalls(List.of(name), ALLOW, null, List.of(argument));
    }

    private static Map<String, List<String>> load() {
        try (InputStream in = SeccompProfile.class.getResourceAsStream("syscalls.txt")) {
            if (in == null) {
                throw new IllegalStateException("the list of system calls is missing in this build");
            }
            Map<String, List<String>> sections = new TreeMap<>();
            String section = ALWAYS;
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("[")) {
                    section = line.substring(1, line.length() - 1);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    sections.computeIfAbsent(section, s -> new ArrayList<>())
                            .addAll(Arrays.asList(line.strip().split(" +")));
                }
            }
            return sections;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
