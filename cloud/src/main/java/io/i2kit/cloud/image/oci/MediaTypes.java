package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Media types of manifests and layers (OCI image specification, media-types.md; Docker's older names beside them). */
public final class MediaTypes {
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_MANIFEST_LIST);
    private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);

    private MediaTypes() {}

    /** What an {@code Accept} header of a manifest request lists. */
    public static String acceptedManifests() {
        return String.join(", ", OCI_INDEX, DOCKER_MANIFEST_LIST, OCI_MANIFEST, DOCKER_MANIFEST);
    }

    /** The type of a document: what its own text says before what a server calls it, which may be generic. */
    static String of(String contentType, byte[] document) throws IOException {
        Typed typed = OciJson.read(document, Typed.class, "the manifest");
        if (typed.mediaType() != null && !typed.mediaType().isEmpty()) {
            return typed.mediaType();
        }
        return contentType;
    }

    /** The one field that every document may have. */
    record Typed(@Nullable String mediaType) {}

    /** Whether the type is that of a list of images for several platforms. */
    public static boolean isIndex(String mediaType) {
        return INDEXES.contains(mediaType);
    }

    /** Whether the type is that of one image. */
    public static boolean isManifest(String mediaType) {
        return MANIFESTS.contains(mediaType);
    }
}
