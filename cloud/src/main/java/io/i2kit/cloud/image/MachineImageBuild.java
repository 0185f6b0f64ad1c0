package io.i2kit.cloud.image;

import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.image.initrd.Bundle;
import io.i2kit.cloud.image.initrd.ImageAssembler;
import io.i2kit.cloud.image.initrd.Layer;
import io.i2kit.cloud.image.initrd.MachineFile;
import io.i2kit.cloud.image.linuxkit.ImageUsers;
import io.i2kit.cloud.image.linuxkit.OciRuntimeSpec;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageSource;
import io.i2kit.cloud.model.LinuxKitConfig;
import io.i2kit.cloud.model.MachineImage;
import io.i2kit.cloud.provider.ImageProvider.ImageProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One build: pulls what is missing, prepares the base and joins all. Runs on the caller's thread. */
final class MachineImageBuild {
    private static final int DEFAULT_FILE_MODE = 0600;
    private static final int DEFAULT_DIRECTORY_MODE = 0700;

    private final MachineImage image;
    private final ImagePuller puller;
    private final Base base;
    private final ImageAssembler assembler;
    private final ImageProgress progress;

    MachineImageBuild(
            MachineImage image, ImagePuller puller, Base base, ImageAssembler assembler, ImageProgress progress) {
        this.image = image;
        this.puller = puller;
        this.base = base;
        this.assembler = assembler;
        this.progress = progress;
    }

    /** Fills the image's directory. */
    void into(Path directory) throws IOException {
        Map<String, ImagePuller.Pulled> pulled = pull();
        long start = System.nanoTime();
        String shortName = image.name().substring(0, 12);
        progress.step("Normal", "Building", "Building machine image " + shortName);
        List<Bundle> bundles = bundles(pulled);
        Base.Prepared prepared = base.prepare(message -> progress.step("Normal", "Building", message));
        String commandLine = image.config().kernel().cmdline();
        long bytes = assembler.assemble(new ImageAssembler.Parts(prepared, bundles, files(), commandLine), directory);
        progress.step(
                "Normal",
                "Built",
                "Built machine image %s in %s: %d bytes to load".formatted(shortName, Durations.since(start), bytes));
    }

    private Map<String, ImagePuller.Pulled> pull() throws IOException {
        Map<String, ImagePuller.Pulled> pulled = new LinkedHashMap<>();
        for (LinuxKitConfig.Container container : containers()) {
            if (!pulled.containsKey(container.image())) {
                ImageReference reference = ImageReference.parse(container.image());
                pulled.put(container.image(), puller.pull(reference, image.architecture(), progress));
            }
        }
        return pulled;
    }

    private List<LinuxKitConfig.Container> containers() {
        List<LinuxKitConfig.Container> all = new ArrayList<>(onboot());
        all.addAll(image.config().services());
        return all;
    }

    private List<LinuxKitConfig.Container> onboot() {
        List<LinuxKitConfig.Container> onboot = image.config().onboot();
        return onboot == null ? List.of() : onboot;
    }

    private List<Bundle> bundles(Map<String, ImagePuller.Pulled> pulled) {
        List<Bundle> bundles = new ArrayList<>();
        int number = 0;
        for (LinuxKitConfig.Container container : onboot()) {
            String path = "containers/onboot/%03d-%s".formatted(number++, container.name());
            bundles.add(bundle(path, container, pulled.get(container.image())));
        }
        for (LinuxKitConfig.Container container : image.config().services()) {
            bundles.add(bundle("containers/services/" + container.name(), container, pulled.get(container.image())));
        }
        return bundles;
    }

    private static Bundle bundle(String path, LinuxKitConfig.Container container, ImagePuller.@Nullable Pulled pulled) {
        if (pulled == null) {
            throw new IllegalStateException("image " + container.image() + " was not pulled");
        }
        ImageSource source = pulled.source();
        try {
            byte[] config = OciRuntimeSpec.of(container, source.config().execution(), users(pulled.layers()))
                    .json();
            return new Bundle(path, config, pulled.layers());
        } catch (IllegalArgumentException e) {
            throw new BuildException("container " + container.name() + ": " + e.getMessage(), e);
        }
    }

    /** The uppermost layer that has the file decides. */
    private static ImageUsers users(List<Layer> layers) {
        String passwd = "";
        String group = "";
        for (Layer layer : layers) {
            passwd = layer.summary().accounts().getOrDefault("etc/passwd", passwd);
            group = layer.summary().accounts().getOrDefault("etc/group", group);
        }
        return new ImageUsers(passwd, group);
    }

    private List<MachineFile> files() {
        List<MachineFile> files = new ArrayList<>();
        List<LinuxKitConfig.FileEntry> entries = image.config().files();
        for (LinuxKitConfig.FileEntry entry : entries == null ? List.<LinuxKitConfig.FileEntry>of() : entries) {
            boolean directory = Boolean.TRUE.equals(entry.directory());
            int fallback = directory ? DEFAULT_DIRECTORY_MODE : DEFAULT_FILE_MODE;
            int mode = entry.mode() == null ? fallback : Integer.parseInt(entry.mode(), 8);
            String contents = entry.contents() == null ? "" : entry.contents();
            String path = entry.path().startsWith("/") ? entry.path().substring(1) : entry.path();
            files.add(new MachineFile(path, directory, contents.getBytes(StandardCharsets.UTF_8), mode));
        }
        return files;
    }
}
