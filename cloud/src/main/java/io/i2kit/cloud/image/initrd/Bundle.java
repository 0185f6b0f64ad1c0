package io.i2kit.cloud.image.initrd;

import java.util.List;

/**
 * One container of a machine.
 *
 * @param path its directory in the machine: {@code containers/onboot/NNN-name} or {@code containers/services/name}
 * @param configJson the OCI runtime configuration
 * @param layers lowest first
 */
public record Bundle(String path, byte[] configJson, List<Layer> layers) {
    public Bundle {
        layers = List.copyOf(layers);
    }
}
