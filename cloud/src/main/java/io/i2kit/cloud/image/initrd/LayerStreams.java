package io.i2kit.cloud.image.initrd;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads layer blobs by what they are, not by what their media type says: registries hold mislabelled ones. */
final class LayerStreams {
    private static final int BUFFER_BYTES = 1 << 16;

    private LayerStreams() {}

    static InputStream uncompressed(Path blob) throws IOException {
        InputStream file = new BufferedInputStream(Files.newInputStream(blob), BUFFER_BYTES);
        try {
            file.mark(4);
            byte[] magic = file.readNBytes(4);
            file.reset();
            return new BufferedInputStream(decoder(file, magic), BUFFER_BYTES);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static InputStream decoder(InputStream file, byte[] magic) throws IOException {
        if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
            return new GZIPInputStream(file, BUFFER_BYTES);
        }
        boolean zstd = magic.length == 4
                && (magic[0] & 0xff) == 0x28
                && (magic[1] & 0xff) == 0xb5
                && (magic[2] & 0xff) == 0x2f
                && (magic[3] & 0xff) == 0xfd;
        return zstd ? new ZstdInputStreamNoFinalizer(file) : file;
    }
}
