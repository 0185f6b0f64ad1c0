package io.i2kit.cloud.image;

import io.i2kit.cloud.image.linuxkit.LinuxKitYaml;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LinuxKitConfig;
import java.nio.charset.StandardCharsets;

/** Names of machine images: the hash of all that decides their content. */
public final class MachineImageName {
    private MachineImageName() {}

    /**
     * @param config with every image by digest
     * @param base {@link io.i2kit.cloud.image.initrd.Base#identity}
     * @return lower-case hexadecimal, 64 characters
     */
    public static String of(LinuxKitConfig config, String base, Architecture architecture) {
        String content = base + "\n" + architecture.ociName() + "\n" + LinuxKitYaml.write(config);
        return Digest.of(content.getBytes(StandardCharsets.UTF_8)).hex();
    }
}
