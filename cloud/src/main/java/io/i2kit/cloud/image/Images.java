package io.i2kit.cloud.image;

import io.i2kit.cloud.image.debian.DebianArchiveCache;
import io.i2kit.cloud.image.debian.DebianBase;
import io.i2kit.cloud.image.debian.DebianImagePacker;
import io.i2kit.cloud.image.debian.GuestBinary;
import io.i2kit.cloud.image.debian.PackRequest;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.initrd.InitrdAssembler;
import io.i2kit.cloud.image.initrd.LayerSegments;
import io.i2kit.cloud.image.oci.CredentialSource;
import io.i2kit.cloud.image.oci.DockerConfig;
import io.i2kit.cloud.image.oci.ImageImporter;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.RegistryClient;
import io.i2kit.cloud.image.oci.RegistryPusher;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that i2kit does with images, over one cache directory. The server and the command line may use the same directory at the
 * same time.
 */
public final class Images implements AutoCloseable {
    private static final int BUILDS_AT_ONCE = 2;

    private final Settings settings;
    private final ImageStore store;
    private final RegistryClient registry;
    private final CredentialSource credentials;
    private final LayerSegments segments;
    private final DebianArchiveCache packages;
    private final Base base;
    private final ImageResolver resolver;
    private final MachineImageBuilder builder;

    /**
     * @param cache directory, created when missing
     * @param mirrors by registry host, for example {@code docker.io}
     * @param segmentBytes what the layer cache may hold
     * @param imageBytes what built images that nobody uses may hold
     */
    public record Settings(
            Path cache, Map<String, URI> mirrors, Architecture architecture, long segmentBytes, long imageBytes) {
        private static final long GIBIBYTE = 1L << 30;

        /** With bounds of 8 GiB for layers and 4 GiB for images. */
        public static Settings of(Path cache, Map<String, URI> mirrors) {
            return new Settings(cache, Map.copyOf(mirrors), Architecture.AMD64, 8 * GIBIBYTE, 4 * GIBIBYTE);
        }
    }

    private Images(
            Settings settings,
            DebianArchiveCache packages,
            Base base,
            CredentialSource credentials,
            Consumer<Set<String>> changed)
            throws IOException {
        this.settings = settings;
        this.packages = packages;
        this.base = base;
        this.credentials = credentials;
        this.store = new ImageStore(settings.cache().resolve("store"));
        this.registry = new RegistryClient(settings.mirrors());
        this.segments = new LayerSegments(new DirectoryCache(settings.cache().resolve("layers")));
        ImageCatalog catalog = new ImageCatalog(store, registry, credentials);
        this.resolver = new ImageResolver(catalog, segments);
        ImagePuller puller =
                new ImagePuller(catalog, segments, Runtime.getRuntime().availableProcessors());
        DirectoryCache images = new DirectoryCache(settings.cache().resolve("images"));
        this.builder = new MachineImageBuilder(
                new MachineImageBuilder.Parts(images, puller, base, new InitrdAssembler()),
                changed,
                Clock.systemUTC(),
                BUILDS_AT_ONCE);
    }

    /**
     * Reads a few small files; nothing is downloaded before it is needed.
     *
     * @param changed is told the names of machine images whose build ended
     * @throws IOException when the cache directory cannot be used
     */
    public static Images open(Settings settings, Consumer<Set<String>> changed) throws IOException {
        DebianArchiveCache packages = new DebianArchiveCache(settings.cache().resolve("debian"));
        Base base = new DebianBase(
                settings.architecture(),
                settings.cache(),
                packages,
                new DirectoryCache(settings.cache().resolve("base")),
                GuestBinary.load(settings.architecture()));
        return new Images(settings, packages, base, DockerConfig.ofUser(), changed);
    }

    /** With another base and other credentials than the host's. */
    static Images open(Settings settings, Base base, CredentialSource credentials, Consumer<Set<String>> changed)
            throws IOException {
        DebianArchiveCache packages = new DebianArchiveCache(settings.cache().resolve("debian"));
        return new Images(settings, packages, base, credentials, changed);
    }

    /** Resolves references before a translation. */
    public ImageResolver resolver() {
        return resolver;
    }

    /** Builds machine images; it is a cloud's image provider where the cloud boots kernel and initrd. */
    public MachineImageBuilder builder() {
        return builder;
    }

    /** What every machine image stands on; its identity is part of their names. */
    public Base base() {
        return base;
    }

    /** Brings images of an OCI layout or a docker-archive into the store. */
    public List<ImageReference> importFrom(Path from, @Nullable String name) throws IOException {
        return new ImageImporter(store).importFrom(from, name == null ? null : ImageReference.parse(name));
    }

    /**
     * Makes an image of Debian packages in the store.
     *
     * @param progress is told what takes time
     * @return the image by digest
     */
    public ImageReference pack(PackRequest request, Consumer<String> progress) throws IOException {
        return new DebianImagePacker(packages, store).pack(request, progress);
    }

    /**
     * Pushes an image of the store.
     *
     * @param from a name of the store
     * @param to the name in a registry; the user's own credentials are used
     */
    public void push(String from, String to, Consumer<String> progress) throws IOException {
        ImageReference target = ImageReference.parse(to);
        new RegistryPusher(store, registry)
                .push(ImageReference.parse(from), target, credentials.find(target), progress);
    }

    public List<ImageStore.Entry> list() throws IOException {
        return store.list();
    }

    /** @return false when there is no such image */
    public boolean remove(String reference) throws IOException {
        return store.remove(ImageReference.parse(reference));
    }

    /**
     * Deletes least recently used layers and images beyond the bounds.
     *
     * @param machineImagesInUse names that some launch template still has
     */
    public void collect(Set<String> machineImagesInUse) throws IOException {
        builder.collect(machineImagesInUse, settings.imageBytes());
        segments.collect(settings.segmentBytes(), key -> false);
    }

    @Override
    public void close() {
        builder.close();
    }
}
