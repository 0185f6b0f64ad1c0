package io.i2kit.cloud.image.debian;

import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.io.InputStream;

/**
 * The machine's PID 1, a static executable, built by the Maven build from {@code cloud/guest}. It is some megabytes large, so it
 * stays in its jar until an image base is packed.
 *
 * @param architecture that it runs on
 * @param digest of its bytes
 */
public record GuestBinary(Architecture architecture, Digest digest) {
    private static final String RESOURCE = "/io/i2kit/cloud/guest/i2kit-guest-";

    /** @throws IOException when this build has none for the architecture */
    public static GuestBinary load(Architecture architecture) throws IOException {
        return new GuestBinary(architecture, Digest.of(read(architecture)));
    }

    byte[] content() throws IOException {
        return read(architecture);
    }

    private static byte[] read(Architecture architecture) throws IOException {
        String resource = RESOURCE + architecture.ociName();
        try (InputStream in = GuestBinary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("this build of i2kit has no guest for " + architecture.ociName());
            }
            return in.readAllBytes();
        }
    }
}
