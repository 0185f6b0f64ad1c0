package io.i2kit.cloud.image.initrd;

import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.Digest;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.PullException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;

/** Brings layers to the disk as they are stored, so that nothing unchecked is unpacked. */
public final class LayerTransfer {
    private static final int TRANSFERS = 3;

    private LayerTransfer() {}

    /** The tar of a layer's blob, whatever it is compressed with. */
    public static InputStream uncompressed(Path blob) throws IOException {
        return LayerStreams.uncompressed(blob);
    }

    /**
     * Copies a blob and checks it. A transfer that breaks is begun anew.
     *
     * @throws PullException when it cannot be fetched or is damaged
     * @throws IOException when the disk fails or is full
     */
    public static void fetch(ImageSource image, Descriptor blob, Path file) throws IOException {
        PullException.Unreachable last = null;
        for (int attempt = 0; attempt < TRANSFERS; attempt++) {
            try (InputStream in = image.openLayer(blob);
                    OutputStream out = Files.newOutputStream(file)) {
                Digest digest = copy(image, in, out);
                if (!digest.toString().equals(blob.digest())) {
                    throw new PullException.Corrupt(
                            image.reference().toString(),
                            "failed commit on ref \"layer-%s\": unexpected digest %s".formatted(blob.digest(), digest),
                            null);
                }
                return;
            } catch (PullException.Unreachable e) {
                last = e;
            }
        }
        throw Objects.requireNonNull(last);
    }

    /** Tells a fault of the registry from one of the disk. */
    private static Digest copy(ImageSource image, InputStream in, OutputStream out) throws IOException {
        MessageDigest digest = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        while (true) {
            int read;
            try {
                read = in.read(buffer);
            } catch (IOException e) {
                throw new PullException.Unreachable(image.reference(), "failed to copy: " + e.getMessage(), e);
            }
            if (read < 0) {
                return Digest.finish(digest);
            }
            digest.update(buffer, 0, read);
            out.write(buffer, 0, read);
        }
    }
}
