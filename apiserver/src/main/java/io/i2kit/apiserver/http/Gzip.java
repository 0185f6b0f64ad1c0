package io.i2kit.apiserver.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compression of big answers, tuned for speed as upstream does. */
final class Gzip {
    private Gzip() {}

    private static final class Fast extends GZIPOutputStream {
        Fast(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    static byte[] compress(List<byte[]> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Fast out = new Fast(bytes)) {
            for (byte[] part : parts) {
                out.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
