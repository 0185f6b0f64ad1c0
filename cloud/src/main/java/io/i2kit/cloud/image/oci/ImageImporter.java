package io.i2kit.cloud.image.oci;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings images into the store from an OCI layout (a directory or a tar of one) or a docker-archive (what {@code docker save}
 * writes).
 */
public final class ImageImporter {
    private static final String DOCKER_MANIFEST_FILE = "manifest.json";

    private final ImageStore store;

    public ImageImporter(ImageStore store) {
        this.store = store;
    }

    /** One image of a docker-archive's {@code manifest.json}. */
    record DockerEntry(
            @JsonProperty("Config") String config,
            @JsonProperty("RepoTags") @Nullable List<String> repoTags,
            @JsonProperty("Layers") List<String> layers) {}

    /**
     * @param from a directory or a tar file, also gzip-compressed
     * @param name the name to give, or null for the names inside
     * @return the names now in the store
     * @throws IOException when it is neither format, is damaged, or has no name and none is given
     */
    public List<ImageReference> importFrom(Path from, @Nullable ImageReference name) throws IOException {
        if (Files.isDirectory(from)) {
            return importDirectory(from, name);
        }
        Path work = store.workDirectory();
        try {
            unpack(from, work);
            return importDirectory(work, name);
        } finally {
            DurableFiles.deleteTree(work);
        }
    }

    private List<ImageReference> importDirectory(Path directory, @Nullable ImageReference name) throws IOException {
        if (OciLayout.isLayout(directory)) {
            return importLayout(new OciLayout(directory), name);
        }
        if (Files.isRegularFile(directory.resolve(DOCKER_MANIFEST_FILE))) {
            return importDockerArchive(directory, name);
        }
        throw new IOException(
                "neither an OCI image layout (oci-layout, index.json) nor a docker-archive (manifest.json)");
    }

    private List<ImageReference> importLayout(OciLayout layout, @Nullable ImageReference name) throws IOException {
        List<ImageReference> names = new ArrayList<>();
        for (Descriptor entry : layout.index().manifests()) {
            ImageReference reference = name != null ? name : nameOf(entry);
            copy(layout, entry);
            store.tag(reference, new Descriptor(entry.mediaType(), entry.contentDigest(), entry.size()));
            names.add(reference);
        }
        if (names.isEmpty()) {
            throw new IOException("the layout's index.json lists no image");
        }
        return names;
    }

    private static ImageReference nameOf(Descriptor entry) throws IOException {
        Map<String, String> annotations = entry.annotations() == null ? Map.of() : entry.annotations();
        String name =
                annotations.getOrDefault(OciLayout.CONTAINERD_NAME, annotations.getOrDefault(OciLayout.REF_NAME, ""));
        // Many tools write only a tag here; a tag alone names no image.
        if (name.indexOf('/') < 0 && name.indexOf(':') < 0) {
            throw new IOException("image " + entry.digest() + " has no name in the layout; give one");
        }
        return ImageReference.parse(name);
    }

    private void copy(OciLayout from, Descriptor entry) throws IOException {
        if (MediaTypes.isIndex(entry.mediaType())) {
            // Layouts may hold only some platforms of an index.
            for (Descriptor image :
                    from.document(entry.contentDigest(), ImageIndex.class).manifests()) {
                if (from.blob(image.contentDigest()).isPresent()) {
                    copy(from, image);
                }
            }
        } else {
            Manifest manifest = from.document(entry.contentDigest(), Manifest.class);
            copyBlob(from, manifest.config());
            for (Descriptor layer : manifest.layers()) {
                copyBlob(from, layer);
            }
        }
        copyBlob(from, entry);
    }

    private void copyBlob(OciLayout from, Descriptor blob) throws IOException {
        if (store.blob(blob.contentDigest()).isPresent()) {
            return;
        }
        if (from.blob(blob.contentDigest()).isEmpty()) {
            throw new IOException("blob " + blob.digest() + " is missing in the layout");
        }
        Descriptor stored;
        try (InputStream in = from.open(blob.contentDigest())) {
            stored = store.put(blob.mediaType(), in::transferTo);
        }
        if (!stored.digest().equals(blob.digest())) {
            throw new IOException("blob " + blob.digest() + " is damaged: its content has digest " + stored.digest());
        }
    }

    private List<ImageReference> importDockerArchive(Path directory, @Nullable ImageReference name) throws IOException {
        byte[] json = Files.readAllBytes(directory.resolve(DOCKER_MANIFEST_FILE));
        List<ImageReference> names = new ArrayList<>();
        for (DockerEntry entry : OciJson.read(json, DockerEntry[].class, DOCKER_MANIFEST_FILE)) {
            Manifest manifest = storeDockerEntry(directory, entry);
            List<String> tags = entry.repoTags() == null ? List.of() : entry.repoTags();
            List<ImageReference> references = name != null
                    ? List.of(name)
                    : tags.stream().map(ImageReference::parse).toList();
            if (references.isEmpty()) {
                throw new IOException("the archive does not name its image; give a name");
            }
            for (ImageReference reference : references) {
                store.add(reference, manifest);
                names.add(reference);
            }
        }
        return names;
    }

    private Manifest storeDockerEntry(Path directory, DockerEntry entry) throws IOException {
        Descriptor config = store.put(MediaTypes.OCI_CONFIG, Files.readAllBytes(inside(directory, entry.config())));
        List<Descriptor> layers = new ArrayList<>();
        for (String layer : entry.layers()) {
            try (InputStream in = Files.newInputStream(inside(directory, layer))) {
                layers.add(store.put(MediaTypes.OCI_LAYER, in::transferTo));
            }
        }
        return new Manifest(2, MediaTypes.OCI_MANIFEST, config, layers);
    }

    /** A file of the unpacked archive, never one outside of it (also not by a link). */
    private static Path inside(Path directory, String name) throws IOException {
        Path file = directory.resolve(name).normalize().toRealPath();
        if (!file.startsWith(directory.toRealPath())) {
            throw new IOException("the archive's manifest names " + name + ", which is outside of it");
        }
        return file;
    }

    private static void unpack(Path archive, Path into) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(plain(file))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                unpackEntry(tar, entry, into);
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path into) throws IOException {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
            throw new IOException("the archive holds " + entry.getName() + ", which is outside of it");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
            if (!parent.toRealPath().startsWith(into.toRealPath())) {
                throw new IOException("the archive writes " + entry.getName() + " through a link out of it");
            }
        }
        if (entry.isSymbolicLink()) {
            // Older "docker save" links equal layers to each other; reading them stays inside (see inside()).
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile() && Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(tar, target);
        }
    }

    private static InputStream plain(InputStream file) throws IOException {
        file.mark(2);
        int first = file.read();
        int second = file.read();
        file.reset();
        return first == 0x1f && second == 0x8b ? new GZIPInputStream(file, 1 << 16) : file;
    }
}
