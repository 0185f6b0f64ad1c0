package io.i2kit.cloud.image.oci;

import java.util.List;

/** Finds credentials for an image. */
@FunctionalInterface
public interface CredentialSource {
    /** Nobody's. */
    CredentialSource ANONYMOUS = reference -> List.of();

    /** Those that fit, the most special first; they are tried in order. */
    List<Credentials> find(ImageReference reference);

    /** This source's, then the other's. */
    default CredentialSource or(CredentialSource other) {
        return reference -> {
            List<Credentials> first = find(reference);
            return first.isEmpty() ? other.find(reference) : first;
        };
    }
}
