package io.i2kit.cloud.image.initrd;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A layer made ready for boot archives.
 *
 * @param directory where its files are in the machine, absolute
 * @param segment the compressed archive with them
 * @param paths a file with every path of the layer, one a line
 * @param summary what the assembler must know without reading the segment
 */
public record Layer(String directory, Path segment, Path paths, Summary summary) {
    /** In the machine, where layers are. */
    public static final String ROOT = "/containers/layers/";

    /**
     * @param unpackedBytes of all files
     * @param opaque directories that hide everything below them
     * @param replaced paths that hide what is below them and are there themselves
     * @param accounts contents of {@code etc/passwd} and {@code etc/group} where the layer has them
     */
    public record Summary(
            long unpackedBytes, List<String> opaque, List<String> replaced, Map<String, String> accounts) {
        public Summary {
            opaque = List.copyOf(opaque);
            replaced = List.copyOf(replaced);
            accounts = Map.copyOf(accounts);
        }

        /** Whether lower layers must be hidden by more than whiteouts. */
        boolean hidesMore() {
            return !opaque.isEmpty() || !replaced.isEmpty();
        }
    }
}
