package io.i2kit.cloud.image;

import io.i2kit.cloud.image.debian.DebianArchiveCache;
import io.i2kit.cloud.image.debian.DebianBase;
import io.i2kit.cloud.image.debian.DebianImagePacker;
import io.i2kit.cloud.image.debian.GuestBinary;
import io.i2kit.cloud.image.debian.PackRequest;
import io.i2kit.cloud.image.disk.DiskAssembler;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.BaseImages;
import io.i2kit.cloud.image.initrd.DirectoryCache;
import io.i2kit.cloud.image.initrd.ImageAssembler;
import io.i2kit.cloud.image.initrd.InitrdAssembler;
import io.i2kit.cloud.image.initrd.LayerSegments;
import io.i2kit.cloud.image.oci.CredentialSource;
import io.i2kit.cloud.image.oci.DockerConfig;
import io.i2kit.cloud.image.oci.ImageImporter;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.RegistryClient;
import io.i2kit.cloud.image.oci.RegistryPusher;
import io.i2kit.cloud.image.official.LinuxKitBase;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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

    /** Longer than any build, and than a deployer remembers that an image is ready. */
    private static final Duration RECENTLY_USED = Duration.ofHours(1);

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
     * @param base what machines stand on
     * @param builder what makes machine images
     * @param format what they are
     * @param segmentBytes what the layer cache may hold
     * @param imageBytes what built images that nobody uses may hold
     */
    public record Settings(
            Path cache,
            Map<String, URI> mirrors,
            Architecture architecture,
            BaseKind base,
            BuilderKind builder,
            ImageFormat format,
            long segmentBytes,
            long imageBytes) {
        private static final long GIBIBYTE = 1L << 30;

        /** The base of Debian packages and the built-in builder, with bounds of 8 GiB for layers and 4 GiB for images. */
        public static Settings of(Path cache, Map<String, URI> mirrors) {
            return new Settings(
                    cache,
                    Map.copyOf(mirrors),
                    Architecture.AMD64,
                    BaseKind.DEBIAN,
                    BuilderKind.BUILTIN,
                    ImageFormat.INITRD,
                    8 * GIBIBYTE,
                    4 * GIBIBYTE);
        }

        public Settings with(BuilderKind other) {
            return new Settings(cache, mirrors, architecture, base, other, format, segmentBytes, imageBytes);
        }

        public Settings with(BaseKind other) {
            return new Settings(cache, mirrors, architecture, other, builder, format, segmentBytes, imageBytes);
        }

        public Settings with(Architecture other) {
            return new Settings(cache, mirrors, other, base, builder, format, segmentBytes, imageBytes);
        }

        public Settings with(ImageFormat other) {
            return new Settings(cache, mirrors, architecture, base, builder, other, segmentBytes, imageBytes);
        }
    }

    private Images(Settings settings, CredentialSource credentials, BaseMaker bases, Consumer<Set<String>> changed)
            throws IOException {
        this.settings = settings;
        this.credentials = credentials;
        this.packages = new DebianArchiveCache(settings.cache().resolve("debian"), settings.architecture());
        this.store = new ImageStore(settings.cache().resolve("store"));
        this.registry = new RegistryClient(settings.mirrors());
        this.segments = new LayerSegments(new DirectoryCache(settings.cache().resolve("layers")));
        ImageCatalog catalog = new ImageCatalog(store, registry, credentials);
        this.resolver = new ImageResolver(catalog, segments);
        this.base = bases.make(settings, packages, catalog);
        DirectoryCache images = new DirectoryCache(settings.cache().resolve("images"));
        this.builder = new MachineImageBuilder(images, maker(catalog), changed, Clock.systemUTC(), BUILDS_AT_ONCE);
    }

    /** Makes the base of what there is. */
    @FunctionalInterface
    private interface BaseMaker {
        Base make(Settings settings, DebianArchiveCache packages, ImageCatalog catalog) throws IOException;
    }

    private static Base base(Settings settings, DebianArchiveCache packages, ImageCatalog catalog) throws IOException {
        GuestBinary guest = GuestBinary.load(settings.architecture());
        DirectoryCache cache = new DirectoryCache(settings.cache().resolve("base"));
        return switch (settings.base()) {
            case DEBIAN -> new DebianBase(settings.architecture(), settings.cache(), packages, cache, guest);
            case LINUXKIT ->
                new LinuxKitBase(
                        name -> catalog.resolve(
                                name, CredentialSource.ANONYMOUS, PullPolicy.IF_NOT_PRESENT, settings.architecture()),
                        cache,
                        guest);
        };
    }

    private MachineImageMaker maker(ImageCatalog catalog) throws IOException {
        return switch (settings.builder()) {
            case BUILTIN -> {
                ImagePuller puller =
                        new ImagePuller(catalog, segments, Runtime.getRuntime().availableProcessors());
                ImageAssembler assembler = switch (settings.format()) {
                    case INITRD -> new InitrdAssembler();
                    case DISK -> new DiskAssembler(settings.architecture());
                };
                yield (image, progress, directory) ->
                        new MachineImageBuild(image, puller, base, assembler, progress).into(directory);
            }
            case LINUXKIT -> {
                if (settings.format() != ImageFormat.INITRD) {
                    throw new IOException("the linuxkit tool is used for kernel and initrd only; disks are made by the"
                            + " builder builtin");
                }
                LinuxKitTool tool =
                        LinuxKitTool.find(settings.cache()).orElseThrow(() -> new IOException(LinuxKitTool.MISSING));
                yield (image, progress, directory) ->
                        new LinuxKitToolBuild(image, catalog, base, tool, progress).into(directory);
            }
        };
    }

    /**
     * Reads a few small files; nothing is downloaded before it is needed.
     *
     * @param changed is told the names of machine images whose build ended
     * @throws IOException when the cache directory cannot be used
     */
    public static Images open(Settings settings, Consumer<Set<String>> changed) throws IOException {
        return new Images(settings, DockerConfig.ofUser(), Images::base, changed);
    }

    /** With another base and other credentials than the host's. */
    static Images open(Settings settings, Base base, CredentialSource credentials, Consumer<Set<String>> changed)
            throws IOException {
        return new Images(settings, credentials, (unused, packages, catalog) -> base, changed);
    }

    /** Resolves references before a translation. */
    public ImageResolver resolver() {
        return resolver;
    }

    /** Builds machine images; it is a cloud's image provider where the cloud boots kernel and initrd. */
    public MachineImageBuilder builder() {
        return builder;
    }

    /** What every machine image stands on. */
    public Base base() {
        return base;
    }

    /** Who builds machine images. */
    public BuilderKind builtBy() {
        return settings.builder();
    }

    /** What decides machine images besides their configuration: the base, the builder and the format. Part of their names. */
    public String identity() {
        String builder = settings.builder() == BuilderKind.BUILTIN ? "" : "-linuxkit";
        String format = settings.format() == ImageFormat.INITRD ? "" : "-" + DiskAssembler.RECIPE;
        return base.identity() + builder + format;
    }

    /**
     * Makes the base's own images in the store, for pushing them: the stock {@code linuxkit} tool builds on them.
     *
     * @param progress is told what takes time
     * @return their names, as LinuxKit YAML has them
     */
    public List<ImageReference> packBase(Consumer<String> progress) throws IOException {
        Base.Prepared prepared = base.prepare(progress);
        BaseImages images = new BaseImages(store, settings.architecture());
        ImageReference kernel = ImageReference.parse(base.kernelImage());
        ImageReference init = ImageReference.parse(base.initImages().getFirst());
        images.putKernel(kernel, prepared);
        images.putInit(init, prepared);
        return List.of(kernel, init);
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
     * Deletes least recently used layers and images beyond the bounds; nothing that was used within the last hour, and no image
     * that this or another installation with the same cache needs.
     *
     * @param installation the data folder of the one who asks
     * @param machineImagesInUse names that some launch template of it has
     */
    public void collect(Path installation, Set<String> machineImagesInUse) throws IOException {
        CacheUsers users = new CacheUsers(settings.cache().resolve("users"));
        users.note(installation, machineImagesInUse);
        builder.collect(users.inUse(), settings.imageBytes(), RECENTLY_USED);
        segments.collect(settings.segmentBytes(), RECENTLY_USED);
    }

    @Override
    public void close() {
        builder.close();
    }
}
