package io.i2kit.cloud.image.linuxkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.OciJson;
import io.i2kit.cloud.model.LinuxKitConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class LinuxKitTest {
    private static final ImageUsers USERS = new ImageUsers(
            "root:x:0:0:root:/root:/bin/sh\nweb:x:101:102::/:/bin/sh\n",
            "root:x:0:\nweb:x:102:\nextra:x:500:other,web\n");
    private static final ImageConfig.Execution IMAGE = new ImageConfig.Execution(
            "web", null, List.of("A=1"), List.of("/entry"), List.of("arg"), "/work", "SIGQUIT", null);

    /** The keys of LinuxKit's published schema, by the place in the document. */
    private static final Map<String, Set<String>> SCHEMA = Map.of(
            "", Set.of("kernel", "init", "onboot", "onshutdown", "services", "trust", "files"),
            "kernel", Set.of("image", "cmdline", "binary", "tar", "ucode"),
            "container",
                    Set.of(
                            "name",
                            "image",
                            "capabilities",
                            "ambient",
                            "mounts",
                            "binds",
                            "tmpfs",
                            "command",
                            "env",
                            "cwd",
                            "net",
                            "pid",
                            "ipc",
                            "uts",
                            "userns",
                            "readonly",
                            "maskedPaths",
                            "readonlyPaths",
                            "uid",
                            "gid",
                            "additionalGids",
                            "noNewPrivileges",
                            "hostname",
                            "oomScoreAdj",
                            "rootfsPropagation",
                            "cgroupsPath",
                            "resources",
                            "sysctl",
                            "rlimits",
                            "uidMappings",
                            "gidMappings",
                            "annotations",
                            "runtime"),
            "mount", Set.of("destination", "type", "source", "options"),
            "file",
                    Set.of(
                            "path",
                            "directory",
                            "symlink",
                            "contents",
                            "source",
                            "metadata",
                            "optional",
                            "mode",
                            "uid",
                            "gid"));

    private static LinuxKitConfig.Container full() {
        return new LinuxKitConfig.Container(
                "web",
                "docker.io/library/nginx@sha256:" + "a".repeat(64),
                List.of("CAP_KILL", "CAP_CHOWN"),
                List.of("CAP_NET_RAW"),
                List.of(new LinuxKitConfig.Mount("tmpfs", "shm", "/dev/shm", List.of("size=1m"))),
                List.of("/var/run:/run:ro"),
                List.of("/scratch:size=2m"),
                List.of("/bin/true", "yes", "1"),
                List.of("B=2", "PATH=/bin"),
                "/",
                "new",
                "host",
                "new",
                "new",
                true,
                List.of("/proc/kcore"),
                List.of("/proc/sys"),
                5L,
                6L,
                List.of(7L),
                true,
                100,
                Map.of("net.core.somaxconn", "1024"),
                List.of("nofile,100,unlimited"),
                Map.of("k", "v"));
    }

    private static LinuxKitConfig.Container plain() {
        return new LinuxKitConfig.Container(
                "web", "nginx", null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null);
    }

    private static LinuxKitConfig config(LinuxKitConfig.Container container) {
        return new LinuxKitConfig(
                new LinuxKitConfig.Kernel("i2kit/kernel:1", "console=ttyS0"),
                List.of("i2kit/guest:1"),
                List.of(plain()),
                List.of(container),
                List.of(new LinuxKitConfig.FileEntry("etc/x", null, "a: b\nc", "0644")));
    }

    @Test
    void writtenYamlFollowsLinuxKitsSchemaAndReadsBackEqual() {
        String yaml = LinuxKitYaml.write(config(full()));
        JsonNode document = YAMLMapper.builder().build().readTree(yaml);
        assertThat(SCHEMA.get("")).containsAll(document.propertyNames());
        assertThat(SCHEMA.get("kernel")).containsAll(document.get("kernel").propertyNames());
        for (String section : List.of("onboot", "services")) {
            JsonNode container = document.get(section).get(0);
            assertThat(SCHEMA.get("container")).containsAll(container.propertyNames());
            assertThat(container.get("name").isString()
                            && container.get("image").isString())
                    .isTrue();
        }
        JsonNode service = document.get("services").get(0);
        assertThat(SCHEMA.get("mount")).containsAll(service.get("mounts").get(0).propertyNames());
        assertThat(SCHEMA.get("file")).containsAll(document.get("files").get(0).propertyNames());
        assertThat(service.get("command")).allMatch(JsonNode::isString);
        assertThat(service.get("sysctl").get("net.core.somaxconn").isString()).isTrue();
        assertThat(document.get("files").get(0).get("mode").isString()).isTrue();
        assertThat(LinuxKitYaml.read(yaml)).isEqualTo(config(full()));
        assertThat(LinuxKitYaml.write(LinuxKitYaml.read(yaml))).isEqualTo(yaml);
    }

    @Test
    void whatIsNotUnderstoodIsSaidWithItsPlace() {
        assertThatThrownBy(() -> LinuxKitYaml.read("kernel:\n  image: x\n  colour: red\ninit: []\nservices: []\n"))
                .hasMessage("invalid LinuxKit YAML: unknown key \"kernel.colour\"");
        assertThatThrownBy(() -> LinuxKitYaml.read("init: []\nservices: []\n"))
                .hasMessageContaining("kernel.image is required");
        assertThatThrownBy(() ->
                        LinuxKitYaml.read("kernel: {image: x}\ninit: []\nservices: [{name: a, image: x, when: 1}]\n"))
                .hasMessage("invalid LinuxKit YAML: unknown key \"services[0].when\"");
        assertThatThrownBy(() -> LinuxKitYaml.read("kernel: {image: x}\ninit: []\nservices: [{name: a}]\n"))
                .hasMessageContaining("a: image is required");
        assertThatThrownBy(() -> LinuxKitYaml.read("kernel: [\n")).hasMessageStartingWith("invalid LinuxKit YAML: ");
    }

    @Test
    void absentKeysTakeLinuxKitsDefaultsAndTheImagesWords() {
        RuntimeSpec spec = OciRuntimeSpec.of(plain(), IMAGE, USERS);
        assertThat(spec.process().args()).containsExactly("/entry", "arg");
        assertThat(spec.process().env())
                .hasSize(2)
                .contains("A=1")
                .first()
                .asString()
                .startsWith("PATH=/usr/local/sbin");
        assertThat(spec.process().cwd()).isEqualTo("/work");
        assertThat(spec.process().user()).isEqualTo(new RuntimeSpec.User(101, 102, List.of(500L)));
        assertThat(spec.process().capabilities().bounding()).isEmpty();
        assertThat(spec.root()).isEqualTo(new RuntimeSpec.Root("rootfs", false));
        assertThat(spec.linux().namespaces())
                .extracting(RuntimeSpec.Namespace::type)
                .containsExactly("pid", "mount", "cgroup");
        assertThat(spec.mounts())
                .extracting(RuntimeSpec.Mount::destination)
                .containsExactly("/dev", "/dev/pts", "/dev/shm", "/proc", "/sys", "/sys/fs/cgroup");
        assertThat(spec.linux().resources())
                .isEqualTo(new RuntimeSpec.Resources(List.of(new RuntimeSpec.DeviceRule(false, "rwm"))));
        assertThat(spec.annotations()).containsEntry("org.opencontainers.image.stopSignal", "SIGQUIT");
    }

    @Test
    void givenKeysReplaceAndCapabilitiesJoinTheAmbientOnes() {
        RuntimeSpec spec = OciRuntimeSpec.of(full(), IMAGE, USERS);
        assertThat(spec.process().args()).containsExactly("/bin/true", "yes", "1");
        assertThat(spec.process().env()).containsExactly("B=2", "PATH=/bin");
        assertThat(spec.process().user()).isEqualTo(new RuntimeSpec.User(5, 6, List.of(7L)));
        RuntimeSpec.Capabilities capabilities = spec.process().capabilities();
        assertThat(capabilities.bounding()).containsExactly("CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW");
        assertThat(capabilities.permitted()).isEqualTo(capabilities.bounding());
        assertThat(capabilities.inheritable()).isEqualTo(capabilities.bounding());
        assertThat(capabilities.effective()).containsExactly("CAP_CHOWN", "CAP_KILL");
        assertThat(capabilities.ambient()).containsExactly("CAP_NET_RAW");
        assertThat(spec.process().rlimits()).containsExactly(new RuntimeSpec.Rlimit("RLIMIT_NOFILE", -1, 100));
        assertThat(spec.linux().namespaces())
                .extracting(RuntimeSpec.Namespace::type)
                .containsExactly("network", "ipc", "uts", "mount", "cgroup");
        assertThat(spec.mounts())
                .contains(
                        new RuntimeSpec.Mount("/scratch", "tmpfs", "tmpfs", List.of("size=2m")),
                        new RuntimeSpec.Mount("/run", "bind", "/var/run", List.of("ro", "rbind")),
                        new RuntimeSpec.Mount("/dev/shm", "tmpfs", "shm", List.of("size=1m")));
        assertThat(new String(spec.json(), StandardCharsets.UTF_8)).contains("\"readonly\":true");
        assertThat(OciJson.write(spec)).isEqualTo(OciJson.write(OciRuntimeSpec.of(full(), IMAGE, USERS)));
    }

    @Test
    void usersAreThoseOfTheImage() {
        assertThat(USERS.resolve("", null, null, List.of())).isEqualTo(new RuntimeSpec.User(0, 0, List.of()));
        assertThat(USERS.resolve("web:extra", null, null, List.of(9L)))
                .isEqualTo(new RuntimeSpec.User(101, 500, List.of(9L)));
        assertThat(USERS.resolve("1234", null, null, List.of())).isEqualTo(new RuntimeSpec.User(1234, 0, List.of()));
        assertThat(USERS.resolve("root", 101L, null, List.of()))
                .isEqualTo(new RuntimeSpec.User(101, 102, List.of(500L)));
        assertThatThrownBy(() -> USERS.resolve("ghost", null, null, List.of()))
                .hasMessage("unable to find user ghost: no matching entries in passwd file");
    }

    @Test
    void theFilterAllowsWhatProgramsUseAndKeepsTheMachineClosed() {
        RuntimeSpec.Seccomp profile = SeccompProfile.forCapabilities(Set.of());
        assertThat(profile.defaultAction()).isEqualTo("SCMP_ACT_ERRNO");
        assertThat(allowed(profile))
                .contains("read", "openat2", "epoll_wait", "futex", "accept4", "clone", "execve")
                .doesNotContain("mount", "bpf", "init_module", "keyctl", "kexec_load", "unshare", "setns", "reboot");
        assertThat(allowed(SeccompProfile.forCapabilities(Set.of("CAP_SYS_ADMIN"))))
                .contains("mount", "unshare", "clone3");
        RuntimeSpec privileged = OciRuntimeSpec.of(withCapabilities(List.of("all")), IMAGE, USERS);
        assertThat(privileged.linux().seccomp()).isNull();
        assertThat(privileged.linux().resources()).isNull();
        assertThatThrownBy(() -> OciRuntimeSpec.of(withCapabilities(List.of("CAP_FLY")), IMAGE, USERS))
                .hasMessage("unknown capability: CAP_FLY");
    }

    private static List<String> allowed(RuntimeSpec.Seccomp profile) {
        return profile.syscalls().stream()
                .filter(rule -> rule.action().equals("SCMP_ACT_ALLOW"))
                .flatMap(rule -> rule.names().stream())
                .toList();
    }

    private static LinuxKitConfig.Container withCapabilities(List<String> capabilities) {
        return new LinuxKitConfig.Container(
                "web",
                "nginx",
                capabilities,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
