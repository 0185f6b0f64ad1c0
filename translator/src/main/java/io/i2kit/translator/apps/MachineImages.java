package io.i2kit.translator.apps;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.translator.ClusterSettings.MachineBase;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.json.JsonMapper;

/** Names machine images by what is in them. */
public final class MachineImages {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MachineImages() {}

    /** What the name is the hash of; records serialize in the order of their components, so equal content gives equal bytes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Content(LinuxKitConfig config, String base, String architecture) {}

    /** The image of a configuration on a base. */
    public static MachineImage of(LinuxKitConfig config, MachineBase base, Architecture architecture) {
        byte[] content = JSON.writeValueAsBytes(new Content(config, base.digest(), architecture.ociName()));
        return new MachineImage(sha256(content), config, architecture);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
