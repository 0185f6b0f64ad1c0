package io.i2kit.cloud.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A LinuxKit YAML file: the sections and keys of LinuxKit's published schema ({@code linuxkit/src/cmd/linuxkit/moby/schema.go})
 * that i2kit uses. Absent lists are null: LinuxKit tells "not given" from "empty".
 *
 * @param onboot containers that run one after the other before the services (init containers)
 * @param services containers that run together
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LinuxKitConfig(
        Kernel kernel,
        List<String> init,
        @Nullable List<Container> onboot,
        List<Container> services,
        @Nullable List<FileEntry> files) {

    /**
     * @param image an OCI reference of an image that holds {@code /kernel} (and {@code /kernel.tar})
     * @param cmdline the kernel's command line
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Kernel(String image, String cmdline) {}

    /** One container; the meaning of each key is LinuxKit's ({@code docs/yaml.md}). */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Container(
            String name,
            String image,
            @Nullable List<String> capabilities,
            @Nullable List<String> ambient,
            @Nullable List<Mount> mounts,
            @Nullable List<String> binds,
            @Nullable List<String> tmpfs,
            @Nullable List<String> command,
            @Nullable List<String> env,
            @Nullable String cwd,
            @Nullable String net,
            @Nullable String pid,
            @Nullable String ipc,
            @Nullable String uts,
            @Nullable Boolean readonly,
            @Nullable List<String> maskedPaths,
            @Nullable List<String> readonlyPaths,
            @Nullable Long uid,
            @Nullable Long gid,
            @Nullable List<Long> additionalGids,
            @Nullable Boolean noNewPrivileges,
            @Nullable Integer oomScoreAdj,
            @Nullable Map<String, String> sysctl,
            @Nullable List<String> rlimits,
            @Nullable Map<String, String> annotations) {

        /** The same, run by another user. */
        public Container as(long otherUid, long otherGid, List<Long> otherGroups) {
            return new Container(
                    name,
                    image,
                    capabilities,
                    ambient,
                    mounts,
                    binds,
                    tmpfs,
                    command,
                    env,
                    cwd,
                    net,
                    pid,
                    ipc,
                    uts,
                    readonly,
                    maskedPaths,
                    readonlyPaths,
                    otherUid,
                    otherGid,
                    otherGroups.isEmpty() ? null : otherGroups,
                    noNewPrivileges,
                    oomScoreAdj,
                    sysctl,
                    rlimits,
                    annotations);
        }
    }

    /** A mount, as in the OCI runtime specification. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mount(
            String type,
            String source,
            String destination,
            @Nullable List<String> options) {}

    /** A file or directory of the root filesystem. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FileEntry(
            String path,
            @Nullable Boolean directory,
            @Nullable String contents,
            @Nullable String mode) {}
}
