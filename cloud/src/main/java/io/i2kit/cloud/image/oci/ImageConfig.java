package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of an image (OCI image specification, config.md); only what i2kit reads or writes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageConfig(
        @Nullable String created,
        @Nullable String architecture,
        @Nullable String os,
        @Nullable Execution config,
        RootFs rootfs) {

    /** How the image's program runs; every part may be absent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Execution(
            @JsonProperty("User") @Nullable String user,
            @JsonProperty("ExposedPorts") @Nullable Map<String, Object> exposedPorts,
            @JsonProperty("Env") @Nullable List<String> env,
            @JsonProperty("Entrypoint") @Nullable List<String> entrypoint,
            @JsonProperty("Cmd") @Nullable List<String> cmd,
            @JsonProperty("WorkingDir") @Nullable String workingDir,
            @JsonProperty("StopSignal") @Nullable String stopSignal,
            @JsonProperty("Labels") @Nullable Map<String, String> labels) {

        /** Of an image that says nothing. */
        public static final Execution EMPTY = new Execution(null, null, null, null, null, null, null, null);
    }

    /** @param diffIds digests of the uncompressed layers, lowest first */
    public record RootFs(
            String type, @JsonProperty("diff_ids") List<String> diffIds) {
        public RootFs {
            diffIds = List.copyOf(diffIds);
        }
    }

    /** How it runs, never null. */
    public Execution execution() {
        return config == null ? Execution.EMPTY : config;
    }
}
