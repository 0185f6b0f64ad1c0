package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/** The user database of a layer that is not turned into a segment. */
public final class LayerAccounts {
    private LayerAccounts() {}

    /**
     * @param blob compressed or not
     * @return the texts of {@code etc/passwd} and {@code etc/group}, those that it has
     */
    public static Map<String, String> of(Path blob) throws IOException {
        try (InputStream tar = LayerStreams.uncompressed(blob)) {
            return Map.copyOf(LayerScan.of(tar).accounts);
        }
    }
}
