package io.i2kit.translator.apps;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.translator.ClusterSettings.MachineBase;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import io.i2kit.translator.linuxkit.LinuxKitTranslator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Names machine images by what is in them. */
public final class MachineImages {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static final String ARCHITECTURE_LABEL = "kubernetes.io/arch";

    private MachineImages() {}

    /** What the name is the hash of; records serialize in the order of their components, so equal content gives equal bytes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Content(LinuxKitConfig config, String base, String architecture) {}

    /**
     * The image of a workload's machines; the same for a server and for the command line.
     *
     * @param images by container name, for every container
     * @param architecture that its machines have
     * @throws IllegalArgumentException when an image is missing
     */
    public static MachineImage of(
            Workload workload, Map<String, ContainerImage> images, MachineBase base, Architecture architecture) {
        LinuxKitConfig config = LinuxKitTranslator.translate(workload.spec(), images, base);
        return of(config, base, architecture);
    }

    /**
     * The architecture that a workload's machines have.
     *
     * @param usual where it asks for none
     * @param had those that there are machines of
     * @return empty when it asks for another
     */
    public static Optional<Architecture> architecture(
            Workload workload, Architecture usual, Collection<Architecture> had) {
        String asked = workload.selected(ARCHITECTURE_LABEL);
        return asked == null
                ? Optional.of(usual)
                : had.stream().filter(each -> each.ociName().equals(asked)).findFirst();
    }

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
