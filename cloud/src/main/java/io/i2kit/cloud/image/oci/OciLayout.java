package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A directory in the OCI image layout (image-layout.md), read only. */
final class OciLayout {
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    static final String CONTAINERD_NAME = "io.containerd.image.name";
    static final String INDEX_FILE = "index.json";
    static final String VERSION_FILE = "oci-layout";
    static final String VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";

    /** Documents are small; a larger one is an attack or a mistake. */
    private static final long MAX_DOCUMENT_BYTES = 8L << 20;

    private final Path root;

    OciLayout(Path root) {
        this.root = root;
    }

    static boolean isLayout(Path directory) {
        return Files.isRegularFile(directory.resolve(VERSION_FILE))
                && Files.isRegularFile(directory.resolve(INDEX_FILE));
    }

    ImageIndex index() throws IOException {
        Path file = root.resolve(INDEX_FILE);
        try {
            return OciJson.read(Files.readAllBytes(file), ImageIndex.class, file.toString());
        } catch (NoSuchFileException e) {
            return new ImageIndex(2, MediaTypes.OCI_INDEX, List.of());
        }
    }

    Path pathOf(Digest digest) {
        return root.resolve("blobs").resolve("sha256").resolve(digest.hex());
    }

    Optional<Path> blob(Digest digest) {
        Path path = pathOf(digest);
        return Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
    }

    InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(pathOf(digest));
    }

    /** A JSON document of the layout, checked against its digest. */
    <T> T document(Digest digest, Class<T> type) throws IOException {
        Path path = pathOf(digest);
        if (Files.size(path) > MAX_DOCUMENT_BYTES) {
            throw new IOException("blob " + digest + " is too large for a document");
        }
        byte[] bytes = Files.readAllBytes(path);
        if (!Digest.of(bytes).equals(digest)) {
            throw new IOException("blob " + digest + " is damaged: its content has another digest");
        }
        return OciJson.read(bytes, type, "blob " + digest);
    }
}
