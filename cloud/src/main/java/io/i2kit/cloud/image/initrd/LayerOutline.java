package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one wants to know of a layer that is not turned into a segment.
 *
 * @param accounts the texts of {@code etc/passwd} and {@code etc/group}, those that it has
 * @param orphan the first path whose directory has no entry before it, if any. Docker writes such entries; who leaves them out
 *     relies on the layer below
 */
public record LayerOutline(
        Map<String, String> accounts, @Nullable String orphan) {
    /** @param blob compressed or not */
    public static LayerOutline of(Path blob) throws IOException {
        try (InputStream tar = LayerStreams.uncompressed(blob)) {
            LayerScan scan = LayerScan.of(tar);
            return new LayerOutline(Map.copyOf(scan.accounts), scan.orphan());
        }
    }
}
