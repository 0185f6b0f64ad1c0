package io.i2kit.cloud.image.linuxkit;

import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.model.LinuxCapabilities;
import io.i2kit.cloud.model.LinuxKitConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * LinuxKit's rules for a container (docs/yaml.md; src/cmd/linuxkit/moby, ConfigToOCI), and where they leave less than a container
 * runtime gives, the runtimes' defaults: {@code /dev/shm}, the image's user, a seccomp profile, denied devices.
 */
public final class OciRuntimeSpec {
    private static final String VERSION = "1.0.2";
    private static final String DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Set<String> HOST_NAMESPACES = Set.of("", "root", "host");
    private static final Set<String> KNOWN_TYPES = Set.of("mqueue", "devpts", "proc", "sysfs", "cgroup");
    private static final String STOP_SIGNAL = "org.opencontainers.image.stopSignal";
    private static final long UNLIMITED = -1;

    private final LinuxKitConfig.Container container;
    private final ImageConfig.Execution image;
    private final ImageUsers users;

    private OciRuntimeSpec(LinuxKitConfig.Container container, ImageConfig.Execution image, ImageUsers users) {
        this.container = container;
        this.image = image;
        this.users = users;
    }

    /**
     * @param users of the image's root filesystem
     * @throws IllegalArgumentException when the entry is not as LinuxKit wants it, or the image's user does not exist
     */
    public static RuntimeSpec of(LinuxKitConfig.Container container, ImageConfig.Execution image, ImageUsers users) {
        return new OciRuntimeSpec(container, image, users).build();
    }

    private RuntimeSpec build() {
        List<String> capabilities = capabilities(container.capabilities());
        List<String> ambient = capabilities(container.ambient());
        TreeSet<String> bounding = new TreeSet<>(capabilities);
        bounding.addAll(ambient);
        boolean privileged = bounding.containsAll(LinuxCapabilities.ALL);
        List<String> all = List.copyOf(bounding);
        RuntimeSpec.Process process = new RuntimeSpec.Process(
                false,
                user(),
                args(),
                env(),
                cwd(),
                new RuntimeSpec.Capabilities(all, capabilities, all, all, ambient),
                rlimits(),
                Boolean.TRUE.equals(container.noNewPrivileges()),
                container.oomScoreAdj());
        return new RuntimeSpec(
                VERSION,
                process,
                new RuntimeSpec.Root("rootfs", isReadonly()),
                mounts(privileged),
                annotations(),
                linux(bounding, privileged));
    }

    private RuntimeSpec.Linux linux(Set<String> bounding, boolean privileged) {
        return new RuntimeSpec.Linux(
                sorted(container.sysctl()),
                // With CAP_MKNOD, which containers have by default, a process could else read the machine's disks.
                privileged ? null : new RuntimeSpec.Resources(List.of(new RuntimeSpec.DeviceRule(false, "rwm"))),
                namespaces(),
                orEmpty(container.maskedPaths()),
                orEmpty(container.readonlyPaths()),
                privileged ? null : SeccompProfile.forCapabilities(bounding));
    }

    private boolean isReadonly() {
        return Boolean.TRUE.equals(container.readonly());
    }

    private RuntimeSpec.User user() {
        return users.resolve(
                image.user() == null ? "" : image.user(),
                container.uid(),
                container.gid(),
                container.additionalGids() == null ? List.of() : container.additionalGids());
    }

    private List<String> args() {
        if (container.command() != null) {
            return container.command();
        }
        List<String> args = new ArrayList<>(orEmpty(image.entrypoint()));
        args.addAll(orEmpty(image.cmd()));
        return args;
    }

    private List<String> env() {
        List<String> env = new ArrayList<>(container.env() != null ? container.env() : orEmpty(image.env()));
        if (env.stream().noneMatch(entry -> entry.startsWith("PATH="))) {
            env.addFirst(DEFAULT_PATH);
        }
        return env;
    }

    private String cwd() {
        String own = container.cwd();
        String cwd = own != null && !own.isEmpty() ? own : image.workingDir();
        return cwd == null || cwd.isEmpty() ? "/" : cwd;
    }

    private static List<String> capabilities(@Nullable List<String> names) {
        List<String> given = orEmpty(names);
        if (given.size() == 1) {
            switch (given.getFirst().toLowerCase(Locale.ROOT)) {
                case "none" -> {
                    return List.of();
                }
                case "all" -> {
                    return LinuxCapabilities.ALL.stream().sorted().toList();
                }
                default -> {}
            }
        }
        for (String name : given) {
            if (!LinuxCapabilities.ALL.contains(name)) {
                throw new IllegalArgumentException("unknown capability: " + name);
            }
        }
        return given.stream().distinct().sorted().toList();
    }

    /** By destination, so that a mount comes before those inside it. */
    private List<RuntimeSpec.Mount> mounts(boolean privileged) {
        Map<String, RuntimeSpec.Mount> mounts = new TreeMap<>();
        for (RuntimeSpec.Mount mount : DefaultMounts.of(isReadonly(), privileged)) {
            mounts.put(mount.destination(), mount);
        }
        for (String tmpfs : orEmpty(container.tmpfs())) {
            String[] parts = tmpfs.split(":", -1);
            require(parts.length <= 2, "cannot parse tmpfs, too many ':': " + tmpfs);
            List<String> options = parts.length == 2 ? List.of(parts[1].split(",")) : null;
            mounts.put(parts[0], new RuntimeSpec.Mount(parts[0], "tmpfs", "tmpfs", options));
        }
        for (String bind : orEmpty(container.binds())) {
            RuntimeSpec.Mount mount = bind(bind);
            mounts.put(mount.destination(), mount);
        }
        for (LinuxKitConfig.Mount entry :
                container.mounts() == null ? List.<LinuxKitConfig.Mount>of() : container.mounts()) {
            RuntimeSpec.Mount mount = mount(entry);
            mounts.put(mount.destination(), mount);
        }
        return List.copyOf(mounts.values());
    }

    private static RuntimeSpec.Mount bind(String bind) {
        String[] parts = bind.split(":", -1);
        require(parts.length >= 2, "cannot parse bind, missing ':': " + bind);
        require(parts.length <= 3, "cannot parse bind, too many ':': " + bind);
        List<String> options =
                new ArrayList<>(parts.length == 3 ? List.of(parts[2].split(",")) : List.of("rw", "rshared"));
        options.add("rbind");
        return new RuntimeSpec.Mount(parts[1], "bind", parts[0], options);
    }

    private static RuntimeSpec.Mount mount(LinuxKitConfig.Mount entry) {
        String source = text(entry.source());
        String destination = text(entry.destination());
        String type = text(entry.type());
        if (type.isEmpty() && KNOWN_TYPES.contains(source)) {
            type = source;
        }
        if (type.isEmpty() && destination.equals("/dev")) {
            type = "tmpfs";
        }
        require(!type.isEmpty(), "mount for destination " + destination + " is missing type");
        if (destination.isEmpty()) {
            destination = DefaultMounts.placeOf(type);
        }
        require(!destination.isEmpty(), "mount type " + type + " is missing destination");
        return new RuntimeSpec.Mount(destination, type, source.isEmpty() ? type : source, entry.options());
    }

    private List<RuntimeSpec.Namespace> namespaces() {
        List<RuntimeSpec.Namespace> namespaces = new ArrayList<>();
        addNamespace(namespaces, "network", container.net(), "root");
        addNamespace(namespaces, "ipc", container.ipc(), "root");
        addNamespace(namespaces, "uts", container.uts(), "root");
        addNamespace(namespaces, "pid", container.pid(), "new");
        namespaces.add(new RuntimeSpec.Namespace("mount", null));
        namespaces.add(new RuntimeSpec.Namespace("cgroup", null));
        return namespaces;
    }

    private static void addNamespace(
            List<RuntimeSpec.Namespace> namespaces, String type, @Nullable String given, String absent) {
        String name = given == null || given.isEmpty() ? absent : given;
        if (!HOST_NAMESPACES.contains(name)) {
            boolean fresh = name.equals("new") || name.equals("none");
            namespaces.add(new RuntimeSpec.Namespace(type, fresh ? null : name));
        }
    }

    private @Nullable List<RuntimeSpec.Rlimit> rlimits() {
        if (container.rlimits() == null) {
            return null;
        }
        List<RuntimeSpec.Rlimit> limits = new ArrayList<>();
        for (String text : container.rlimits()) {
            String[] parts = text.split(",", -1);
            require(parts.length == 3, "cannot parse rlimit: " + text);
            String name = parts[0].strip().toUpperCase(Locale.ROOT);
            String type = name.startsWith("RLIMIT_") ? name : "RLIMIT_" + name;
            limits.add(new RuntimeSpec.Rlimit(type, limit(parts[2]), limit(parts[1])));
        }
        return limits;
    }

    private static long limit(String text) {
        String value = text.strip();
        return value.equalsIgnoreCase("unlimited") ? UNLIMITED : Long.parseLong(value);
    }

    /** The runtime specification has no stop signal; the annotation is the OCI image specification's way to keep it. */
    private @Nullable Map<String, String> annotations() {
        String signal = image.stopSignal();
        if (signal == null || signal.isEmpty()) {
            return sorted(container.annotations());
        }
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(STOP_SIGNAL, signal);
        if (container.annotations() != null) {
            annotations.putAll(container.annotations());
        }
        return annotations;
    }

    private static @Nullable Map<String, String> sorted(@Nullable Map<String, String> map) {
        return map == null ? null : new TreeMap<>(map);
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
