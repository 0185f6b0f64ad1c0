package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reference to content (OCI image specification, descriptor.md).
 *
 * @param digest as text, so that an image with a digest of another algorithm can still be listed
 * @param size in bytes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Descriptor(
        String mediaType,
        String digest,
        long size,
        @Nullable Platform platform,
        @Nullable Map<String, String> annotations) {

    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest.toString(), size, null, null);
    }

    /** @throws IllegalArgumentException when it is no sha256 digest */
    public Digest contentDigest() {
        return Digest.parse(digest);
    }

    /** The same content under a name of {@code org.opencontainers.image.ref.name}. */
    Descriptor named(String reference) {
        return new Descriptor(mediaType, digest, size, platform, Map.of(OciLayout.REF_NAME, reference));
    }

    /** Where an image of an index runs; {@code architecture} and {@code os} by Go's names. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Platform(
            String architecture, String os, @Nullable String variant) {

        /** Whether this is a Linux image for the architecture (the first variant wins, as containerd's default matcher). */
        public boolean isLinux(String wanted) {
            return "linux".equals(os) && wanted.equals(architecture);
        }
    }
}
