package io.i2kit.cloud.image;

import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.BaseImages;
import io.i2kit.cloud.image.initrd.LayerOutline;
import io.i2kit.cloud.image.initrd.LayerTransfer;
import io.i2kit.cloud.image.linuxkit.ImageUsers;
import io.i2kit.cloud.image.linuxkit.LinuxKitYaml;
import io.i2kit.cloud.image.linuxkit.RuntimeSpec;
import io.i2kit.cloud.image.oci.Descriptor;
import io.i2kit.cloud.image.oci.DurableFiles;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.Manifest;
import io.i2kit.cloud.image.oci.MediaTypes;
import io.i2kit.cloud.image.oci.OciJson;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One build by the stock {@code linuxkit} tool: its cache is an OCI layout, filled here with every image, so that credentials, mirrors
 * and the images of this host serve the tool too. LinuxKit ignores an image's USER; the YAML therefore names users by number.
 */
final class LinuxKitToolBuild {
    private final MachineImage image;
    private final ImageCatalog catalog;
    private final Base base;
    private final LinuxKitTool tool;
    private final ImageProgress progress;
    private final Map<String, Fetched> fetched = new HashMap<>();

    LinuxKitToolBuild(MachineImage image, ImageCatalog catalog, Base base, LinuxKitTool tool, ImageProgress progress) {
        this.image = image;
        this.catalog = catalog;
        this.base = base;
        this.tool = tool;
        this.progress = progress;
    }

    /** An image in the tool's cache. */
    private record Fetched(ImageSource source, ImageUsers users) {}

    void into(Path directory) throws IOException {
        Path work = Files.createDirectory(directory.resolve("work"));
        try {
            ImageStore cache = new ImageStore(work.resolve("cache"));
            LinuxKitConfig config = fetch(cache, work);
            long start = System.nanoTime();
            String shortName = image.name().substring(0, 12);
            progress.step("Normal", "Building", "Building machine image " + shortName + " with the linuxkit tool");
            putBase(cache);
            Path yaml = Files.writeString(work.resolve("image.yml"), LinuxKitYaml.write(config));
            tool.build(yaml, work.resolve("cache"), work);
            Files.move(work.resolve("image-kernel"), directory.resolve("kernel"));
            Files.move(work.resolve("image-initrd.img"), directory.resolve("initrd.img"));
            Files.move(work.resolve("image-cmdline"), directory.resolve("cmdline"));
            long bytes = Files.size(directory.resolve("kernel")) + Files.size(directory.resolve("initrd.img"));
            progress.step(
                    "Normal",
                    "Built",
                    "Built machine image %s in %s: kernel + initrd %d bytes"
                            .formatted(shortName, Durations.since(start), bytes));
        } finally {
            DurableFiles.deleteTree(work);
        }
    }

    private void putBase(ImageStore cache) throws IOException {
        Base.Prepared prepared = base.prepare(message -> progress.step("Normal", "Building", message));
        BaseImages images = new BaseImages(cache, image.architecture());
        images.putKernel(ImageReference.parse(image.config().kernel().image()), prepared);
        images.putInit(ImageReference.parse(image.config().init().getFirst()), prepared);
    }

    /** Brings every container's image, and says with numbers who runs. */
    private LinuxKitConfig fetch(ImageStore cache, Path work) throws IOException {
        LinuxKitConfig config = image.config();
        List<LinuxKitConfig.Container> onboot = config.onboot();
        return new LinuxKitConfig(
                config.kernel(),
                config.init(),
                onboot == null ? null : fetch(onboot, cache, work),
                fetch(config.services(), cache, work),
                config.files());
    }

    private List<LinuxKitConfig.Container> fetch(List<LinuxKitConfig.Container> containers, ImageStore cache, Path work)
            throws IOException {
        List<LinuxKitConfig.Container> numbered = new ArrayList<>();
        for (LinuxKitConfig.Container container : containers) {
            Fetched known = fetched.get(container.image());
            if (known == null) {
                known = fetch(ImageReference.parse(container.image()), cache, work);
                fetched.put(container.image(), known);
            }
            numbered.add(numbered(container, known));
        }
        return numbered;
    }

    private Fetched fetch(ImageReference reference, ImageStore cache, Path work) throws IOException {
        long start = System.nanoTime();
        progress.step("Normal", "Pulling", "Pulling image \"" + reference + "\"");
        ImageSource source = catalog.byDigest(reference, image.architecture());
        String passwd = "";
        String group = "";
        List<Descriptor> layers = new ArrayList<>();
        Path blob = work.resolve("blob");
        for (Descriptor layer : source.manifest().layers()) {
            LayerTransfer.fetch(source, layer, blob);
            LayerOutline outline = LayerOutline.of(blob);
            requireDirectories(reference, layer, outline);
            passwd = outline.accounts().getOrDefault("etc/passwd", passwd);
            group = outline.accounts().getOrDefault("etc/group", group);
            layers.add(cache.put(layer.mediaType(), out -> Files.copy(blob, out)));
            Files.delete(blob);
        }
        Descriptor config = cache.put(MediaTypes.OCI_CONFIG, OciJson.write(source.config()));
        cache.add(reference, new Manifest(2, MediaTypes.OCI_MANIFEST, config, layers));
        String took = Durations.since(start);
        progress.step(
                "Normal",
                "Pulled",
                "Successfully pulled image \"%s\" in %s (%s including waiting). Image size: %d bytes."
                        .formatted(reference, took, took, source.manifest().transferBytes()));
        return new Fetched(source, new ImageUsers(passwd, group));
    }

    /** The tool writes upper layers before lower ones, and the kernel leaves out a file whose directory is not there yet. */
    private static void requireDirectories(ImageReference reference, Descriptor layer, LayerOutline outline) {
        if (outline.orphan() != null) {
            throw new BuildException(
                    "image \"%s\": layer %s holds \"%s\" without its directory, and the linuxkit tool would lose it; i2kit's own"
                                    .formatted(reference, layer.digest(), outline.orphan())
                            + " builder (--builder builtin) takes it",
                    null);
        }
    }

    private static LinuxKitConfig.Container numbered(LinuxKitConfig.Container container, Fetched image) {
        String user = image.source().config().execution().user();
        @Nullable List<Long> more = container.additionalGids();
        RuntimeSpec.User numbers;
        try {
            numbers = image.users()
                    .resolve(
                            user == null ? "" : user,
                            container.uid(),
                            container.gid(),
                            more == null ? List.of() : more);
        } catch (IllegalArgumentException e) {
            throw new BuildException("container " + container.name() + ": " + e.getMessage(), e);
        }
        return container.as(numbers.uid(), numbers.gid(), numbers.additionalGids());
    }
}
