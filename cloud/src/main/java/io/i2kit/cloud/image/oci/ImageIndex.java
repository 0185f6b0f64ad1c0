package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Images for several platforms, or the contents of a layout (OCI image specification, image-index.md). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageIndex(int schemaVersion, @Nullable String mediaType, List<Descriptor> manifests) {
    public ImageIndex {
        manifests = List.copyOf(manifests);
    }

    /** The image for Linux on this architecture; attestations and other systems' images are passed over. */
    public Optional<Descriptor> forArchitecture(String architecture) {
        return manifests.stream()
                .filter(entry -> {
                    Descriptor.Platform platform = entry.platform();
                    return platform != null && platform.isLinux(architecture);
                })
                .findFirst();
    }
}
