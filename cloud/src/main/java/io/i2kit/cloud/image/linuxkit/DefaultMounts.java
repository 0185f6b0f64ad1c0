package io.i2kit.cloud.image.linuxkit;

import java.util.ArrayList;
import java.util.List;

/** What LinuxKit mounts into every container, and {@code /dev/shm}, which it leaves out and programs expect. */
final class DefaultMounts {
    private DefaultMounts() {}

    static List<RuntimeSpec.Mount> of(boolean readonly, boolean privileged) {
        return List.of(
                mount("/proc", "proc", List.of("nosuid", "nodev", "noexec", "relatime")),
                mount(
                        "/dev",
                        "tmpfs",
                        withReadonly(List.of("nosuid", "strictatime", "mode=755", "size=65536k"), readonly)),
                mount("/dev/pts", "devpts", List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")),
                new RuntimeSpec.Mount(
                        "/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")),
                // A container that may write here could change the machine.
                mount("/sys", "sysfs", withReadonly(List.of("nosuid", "noexec", "nodev"), readonly || !privileged)),
                mount("/sys/fs/cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
    }

    private static RuntimeSpec.Mount mount(String destination, String type, List<String> options) {
        return new RuntimeSpec.Mount(destination, type, type, options);
    }

    private static List<String> withReadonly(List<String> options, boolean readonly) {
        List<String> all = new ArrayList<>(options);
        if (readonly) {
            all.add("ro");
        }
        return all;
    }

    /** Where a mount without a destination goes, or empty. */
    static String placeOf(String type) {
        return switch (type) {
            case "proc" -> "/proc";
            case "devpts" -> "/dev/pts";
            case "sysfs" -> "/sys";
            case "cgroup" -> "/sys/fs/cgroup";
            case "mqueue" -> "/dev/mqueue";
            default -> "";
        };
    }
}
