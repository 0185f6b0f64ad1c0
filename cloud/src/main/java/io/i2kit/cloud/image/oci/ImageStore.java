package io.i2kit.cloud.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The images of this host: one OCI layout that the server and the command line share. Names are full references, kept in the
 * index as {@code org.opencontainers.image.ref.name}. Blobs are written under another name, synced and renamed, so that a crash
 * leaves no half blob; the index is replaced the same way under a lock that other processes respect.
 */
public final class ImageStore {
    private final Path root;
    private final OciLayout layout;
    private final StoreLock lock;

    /** @param root created when missing */
    public ImageStore(Path root) throws IOException {
        this.root = root;
        this.layout = new OciLayout(root);
        Files.createDirectories(root.resolve("blobs").resolve("sha256"));
        this.lock = new StoreLock(root.resolve(".lock"));
        Path version = root.resolve(OciLayout.VERSION_FILE);
        if (!Files.exists(version)) {
            DurableFiles.replace(version, OciLayout.VERSION.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * A name of the store.
     *
     * @param sizeBytes what a pull of it would transfer
     */
    public record Entry(ImageReference reference, Digest digest, long sizeBytes) {}

    /** Where to write a blob whose digest is not known yet. */
    @FunctionalInterface
    public interface BlobWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Stores what the writer writes. */
    public Descriptor put(String mediaType, BlobWriter content) throws IOException {
        Path temporary = root.resolve("blobs").resolve(".tmp-" + UUID.randomUUID());
        try {
            Digest digest;
            try (DigestOutputStream out = new DigestOutputStream(Files.newOutputStream(temporary), Digest.sha256())) {
                content.writeTo(out);
                out.flush();
                digest = Digest.finish(out.getMessageDigest());
            }
            long size = Files.size(temporary);
            DurableFiles.sync(temporary);
            Files.move(temporary, layout.pathOf(digest), StandardCopyOption.ATOMIC_MOVE);
            return new Descriptor(mediaType, digest, size);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Stores a document. */
    public Descriptor put(String mediaType, byte[] content) throws IOException {
        return put(mediaType, out -> out.write(content));
    }

    /**
     * Stores a manifest of parts that are there and gives it a name, which leaves the image that had it.
     *
     * @return the image by digest
     */
    public ImageReference add(ImageReference name, Manifest manifest) throws IOException {
        String type = manifest.mediaType() == null ? MediaTypes.OCI_MANIFEST : manifest.mediaType();
        Descriptor stored = put(type, OciJson.write(manifest));
        tag(name, stored);
        return name.at(stored.contentDigest());
    }

    void tag(ImageReference name, Descriptor manifest) throws IOException {
        lock.run(() -> {
            List<Descriptor> entries = new ArrayList<>(layout.index().manifests());
            entries.removeIf(entry -> name.toString().equals(refName(entry)));
            entries.add(manifest.named(name.toString()));
            writeIndex(entries);
        });
    }

    private static @Nullable String refName(Descriptor entry) {
        Map<String, String> annotations = entry.annotations();
        return annotations == null ? null : annotations.get(OciLayout.REF_NAME);
    }

    private void writeIndex(List<Descriptor> entries) throws IOException {
        byte[] json = OciJson.write(new ImageIndex(2, MediaTypes.OCI_INDEX, entries));
        DurableFiles.replace(root.resolve(OciLayout.INDEX_FILE), json);
    }

    /** The manifest (or index) that a reference means here: by digest whatever its name, else by name. */
    public Optional<Descriptor> find(ImageReference reference) throws IOException {
        Digest digest = reference.digest();
        for (Descriptor entry : layout.index().manifests()) {
            boolean same = digest != null
                    ? entry.digest().equals(digest.toString())
                    : reference.toString().equals(refName(entry));
            if (same && layout.blob(entry.contentDigest()).isPresent()) {
                return Optional.of(entry);
            }
        }
        return digest == null ? Optional.empty() : findInsideIndexes(digest);
    }

    /** An image of a stored multi-platform index is addressed by its own digest as well. */
    private Optional<Descriptor> findInsideIndexes(Digest digest) throws IOException {
        for (Descriptor entry : layout.index().manifests()) {
            if (MediaTypes.isIndex(entry.mediaType())) {
                for (Descriptor image : indexOf(entry).manifests()) {
                    if (image.digest().equals(digest.toString())
                            && layout.blob(digest).isPresent()) {
                        return Optional.of(image);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private ImageIndex indexOf(Descriptor descriptor) throws IOException {
        return layout.document(descriptor.contentDigest(), ImageIndex.class);
    }

    /**
     * Opens an image of the store for one architecture.
     *
     * @throws PullException.NoMatchingManifest when it is not made for the architecture
     */
    public Optional<ImageSource> open(ImageReference reference, String architecture) throws IOException {
        Optional<Descriptor> found = find(reference);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Descriptor image = found.get();
        if (MediaTypes.isIndex(image.mediaType())) {
            image = indexOf(image)
                    .forArchitecture(architecture)
                    .orElseThrow(() -> new PullException.NoMatchingManifest(reference, architecture));
        }
        Manifest manifest = layout.document(image.contentDigest(), Manifest.class);
        ImageConfig config = layout.document(manifest.config().contentDigest(), ImageConfig.class);
        if (config.architecture() != null && !architecture.equals(config.architecture())) {
            throw new PullException.NoMatchingManifest(reference, architecture);
        }
        return Optional.of(new StoredImage(layout, reference.at(image.contentDigest()), manifest, config));
    }

    private record StoredImage(OciLayout layout, ImageReference reference, Manifest manifest, ImageConfig config)
            implements ImageSource {
        @Override
        public InputStream openLayer(Descriptor layer) throws IOException {
            return layout.open(layer.contentDigest());
        }
    }

    /** Every name, in the order of the names. */
    public List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Descriptor entry : layout.index().manifests()) {
            String name = refName(entry);
            if (name != null) {
                entries.add(new Entry(ImageReference.parse(name), entry.contentDigest(), sizeOf(entry)));
            }
        }
        entries.sort((a, b) -> a.reference().toString().compareTo(b.reference().toString()));
        return entries;
    }

    private long sizeOf(Descriptor entry) throws IOException {
        if (!MediaTypes.isIndex(entry.mediaType())) {
            return layout.document(entry.contentDigest(), Manifest.class).transferBytes();
        }
        long size = 0;
        for (Descriptor image : indexOf(entry).manifests()) {
            if (layout.blob(image.contentDigest()).isPresent()) {
                size += sizeOf(image);
            }
        }
        return size;
    }

    /**
     * Forgets a name and deletes the blobs that no other name needs.
     *
     * @return false when there is no such name
     */
    public boolean remove(ImageReference reference) throws IOException {
        boolean[] removed = new boolean[1];
        lock.run(() -> {
            List<Descriptor> entries = new ArrayList<>(layout.index().manifests());
            removed[0] = entries.removeIf(entry -> matches(entry, reference));
            if (removed[0]) {
                writeIndex(entries);
                deleteUnused(entries);
            }
        });
        return removed[0];
    }

    private static boolean matches(Descriptor entry, ImageReference reference) {
        Digest digest = reference.digest();
        return digest != null
                ? entry.digest().equals(digest.toString())
                : reference.toString().equals(refName(entry));
    }

    private void deleteUnused(List<Descriptor> entries) throws IOException {
        Set<String> used = new HashSet<>();
        for (Descriptor entry : entries) {
            addReachable(entry, used);
        }
        Path blobs = root.resolve("blobs").resolve("sha256");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs)) {
            for (Path file : files) {
                if (!used.contains(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void addReachable(Descriptor entry, Set<String> used) throws IOException {
        Digest digest = entry.contentDigest();
        if (!used.add(digest.hex()) || layout.blob(digest).isEmpty()) {
            return;
        }
        if (MediaTypes.isIndex(entry.mediaType())) {
            for (Descriptor image : indexOf(entry).manifests()) {
                addReachable(image, used);
            }
        } else if (MediaTypes.isManifest(entry.mediaType())) {
            Manifest manifest = layout.document(digest, Manifest.class);
            used.add(manifest.config().contentDigest().hex());
            manifest.layers().forEach(layer -> used.add(layer.contentDigest().hex()));
        }
    }

    /** The bytes of a manifest or index as stored. */
    byte[] documentBytes(Descriptor descriptor) throws IOException {
        return Files.readAllBytes(layout.pathOf(descriptor.contentDigest()));
    }

    /** A blob for reading, {@code Optional.empty()} when the store does not have it. */
    Optional<Path> blob(Digest digest) {
        return layout.blob(digest);
    }

    /** The documents of this store. */
    OciLayout layout() {
        return layout;
    }

    /** A directory on the store's own file system for unpacking archives; the caller deletes it. */
    Path workDirectory() throws IOException {
        return Files.createTempDirectory(root, ".work-");
    }
}
