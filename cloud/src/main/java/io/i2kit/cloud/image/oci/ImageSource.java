package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.io.InputStream;

/** One image for one platform, wherever its parts lie: the local store or a registry. */
public interface ImageSource {
    /** By digest. */
    ImageReference reference();

    Manifest manifest();

    ImageConfig config();

    /**
     * A layer as it is stored, compressed or not. The reader checks the digest.
     *
     * @throws PullException when the registry fails
     */
    InputStream openLayer(Descriptor layer) throws IOException;
}
