package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image: its configuration and layers, lowest first (OCI image specification, manifest.md).
 *
 * @param schemaVersion always 2
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Manifest(int schemaVersion, @Nullable String mediaType, Descriptor config, List<Descriptor> layers) {
    public Manifest {
        layers = List.copyOf(layers);
    }

    /** The bytes that a pull transfers. */
    public long transferBytes() {
        return config.size() + layers.stream().mapToLong(Descriptor::size).sum();
    }
}
