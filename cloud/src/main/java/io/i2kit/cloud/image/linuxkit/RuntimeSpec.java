package io.i2kit.cloud.image.linuxkit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.i2kit.cloud.image.oci.OciJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An OCI runtime configuration, {@code config.json} (OCI runtime specification 1.0.2, config.md and config-linux.md). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RuntimeSpec(
        String ociVersion,
        Process process,
        Root root,
        List<Mount> mounts,
        @Nullable Map<String, String> annotations,
        Linux linux) {

    /** The bytes of the file; equal configurations give equal bytes. */
    public byte[] json() {
        return OciJson.write(this);
    }

    /** The first process. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Process(
            boolean terminal,
            User user,
            List<String> args,
            List<String> env,
            String cwd,
            Capabilities capabilities,
            @Nullable List<Rlimit> rlimits,
            boolean noNewPrivileges,
            @Nullable Integer oomScoreAdj) {}

    /** Numbers of the container's own user database. */
    public record User(long uid, long gid, List<Long> additionalGids) {}

    /** Sets of names like {@code CAP_CHOWN}, each sorted. */
    public record Capabilities(
            List<String> bounding,
            List<String> effective,
            List<String> inheritable,
            List<String> permitted,
            List<String> ambient) {}

    /** @param type for example {@code RLIMIT_NOFILE} */
    public record Rlimit(String type, long hard, long soft) {}

    /** @param path relative to the bundle */
    public record Root(String path, boolean readonly) {}

    /** A mount. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mount(
            String destination,
            String type,
            String source,
            @Nullable List<String> options) {}

    /** What only Linux has. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Linux(
            @Nullable Map<String, String> sysctl,
            @Nullable Resources resources,
            List<Namespace> namespaces,
            List<String> maskedPaths,
            List<String> readonlyPaths,
            @Nullable Seccomp seccomp) {}

    /** Rules of the device controller; the runtime adds the usual ones (null, zero, random, tty …). */
    public record Resources(List<DeviceRule> devices) {}

    /** @param access letters of {@code rwm} */
    public record DeviceRule(boolean allow, String access) {}

    /** @param path of an existing namespace, or null for a new one */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Namespace(String type, @Nullable String path) {}

    /** A filter of system calls: what no rule names meets the default action. */
    public record Seccomp(
            String defaultAction, int defaultErrnoRet, List<String> architectures, List<Syscalls> syscalls) {}

    /** @param args all must hold */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Syscalls(
            List<String> names,
            String action,
            @Nullable Integer errnoRet,
            @Nullable List<Argument> args) {}

    /** @param op for example {@code SCMP_CMP_EQ} */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Argument(int index, long value, @Nullable Long valueTwo, String op) {}
}
