package io.i2kit.apiserver.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compression of big answers, tuned for speed as upstream does. */
final class Gzip {
    private static final class Fast extends GZIPOutputStream {
        Fast(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final GZIPOutputStream out;

    /** For a body that comes in parts: {@link #more} as often as there are some, then {@link #end}. */
    Gzip() {
        try {
            out = new Fast(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What there is so far of the compressed body, behind what was handed over before. */
    byte[] more(List<byte[]> parts) {
        write(parts);
        byte[] made = bytes.toByteArray();
        bytes.reset();
        return made;
    }

    /** The rest of it. */
    byte[] end() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] compress(List<byte[]> parts) {
        Gzip gzip = new Gzip();
        gzip.write(parts);
        return gzip.end();
    }

    private void write(List<byte[]> parts) {
        try {
            for (byte[] part : parts) {
                out.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
