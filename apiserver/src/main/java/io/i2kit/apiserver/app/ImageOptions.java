package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.BaseKind;
import io.i2kit.cloud.image.BuilderKind;
import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.image.LinuxKitTool;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Where images come from and what builds machines of them: what every command has that builds machine images. */
final class ImageOptions {
    @Option(
            names = "--mirror",
            paramLabel = "HOST=URL",
            description =
                    "Pull images of a registry from another place, for example docker.io=https://mirror.example.com.")
    private Map<String, URI> mirrors = new TreeMap<>();

    /** What builds machine images. */
    enum Builder {
        builtin,
        linuxkit
    }

    @Option(
            names = "--builder",
            description =
                    "What builds machine images: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). linuxkit runs"
                            + " the stock tool, which must be installed.",
            defaultValue = "builtin")
    private Builder builder = Builder.builtin;

    /** What machines stand on. */
    enum Base {
        debian,
        linuxkit
    }

    @Option(
            names = "--base",
            description =
                    "Where the machines' kernel and container runtime come from: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}). linuxkit pulls the LinuxKit project's images from Docker Hub or its mirror.",
            defaultValue = "debian")
    private Base base = Base.debian;

    /** @throws UserError when this host cannot do what was asked for */
    Images.Settings settings() {
        BuilderKind kind = BuilderKind.valueOf(builder.name().toUpperCase(Locale.ROOT));
        if (kind == BuilderKind.LINUXKIT
                && LinuxKitTool.find(DataFolder.cache()).isEmpty()) {
            throw new UserError(LinuxKitTool.MISSING);
        }
        return Images.Settings.of(DataFolder.cache(), mirrors)
                .with(kind)
                .with(BaseKind.valueOf(base.name().toUpperCase(Locale.ROOT)));
    }
}
