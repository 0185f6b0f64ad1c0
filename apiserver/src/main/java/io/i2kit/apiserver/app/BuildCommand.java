package io.i2kit.apiserver.app;

import io.i2kit.apiserver.app.TemplateImages.TemplateImage;
import io.i2kit.apiserver.controller.pod.RegistryImages;
import io.i2kit.apiserver.manifest.Manifest;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import io.i2kit.cloud.image.ImageFormat;
import io.i2kit.cloud.image.linuxkit.LinuxKitYaml;
import io.i2kit.cloud.image.oci.PullException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code i2kit build}: manifest → LinuxKit YAML → bootable image, by the same steps as a server and without one. */
@Command(
        name = "build",
        description = {
            "Build the machine images of a manifest's Pod templates (Pods, Deployments, ReplicaSets).",
            "The manifest is checked as the server does it. Built images are kept in the cache, which the server shares."
        },
        mixinStandardHelpOptions = true)
final class BuildCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            required = true,
            description = "Manifest in YAML or JSON, - for standard input (repeat for more).")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--print", description = "Print the LinuxKit YAML of each template and build nothing.")
    private boolean print;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where to put what was built; with several templates, a folder of it for each"
                    + " (default: leave it in the cache and say where).")
    private @Nullable Path output;

    /** What an image is made of. */
    enum Format {
        initrd,
        disk
    }

    @Option(
            names = "--format",
            description =
                    "What to build: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). initrd: kernel, initrd.img"
                            + " and cmdline; disk: disk.img, a raw disk for machines with UEFI firmware.",
            defaultValue = "initrd")
    private Format format = Format.initrd;

    @Mixin
    private ImageOptions imageOptions = new ImageOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Manifest manifest = read();
        PrintWriter err = spec.commandLine().getErr();
        manifest.warnings().forEach(warning -> err.println("Warning: " + warning));
        if (!manifest.problems().isEmpty()) {
            throw new UserError(String.join("\ni2kit: ", manifest.problems()));
        }
        if (manifest.templates().isEmpty()) {
            throw new UserError("there is no Pod template in the manifest: nothing to build");
        }
        ImageFormat wanted = ImageFormat.valueOf(format.name().toUpperCase(Locale.ROOT));
        try (ArchitectureImages images =
                new ArchitectureImages(imageOptions.settings().with(wanted), changed -> {})) {
            List<TemplateImage> resolved = new TemplateImages(
                            manifest,
                            new RegistryImages(images.usual().resolver()),
                            architecture -> MachineBases.of(images.of(architecture)),
                            warning -> err.println("Warning: " + warning))
                    .resolve();
            if (print) {
                resolved.forEach(this::print);
            } else {
                build(images, resolved);
            }
            return 0;
        } catch (PullException e) {
            throw new UserError(e.reason() + ": " + e.getMessage(), e);
        } catch (IOException | UncheckedIOException e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private Manifest read() {
        Manifest manifest = new Manifest(StandardRegistry.table(new ServiceAllocator()), Instant.now());
        for (Path file : files) {
            try {
                boolean standardInput = file.toString().equals(STANDARD_INPUT);
                byte[] content = standardInput ? System.in.readAllBytes() : Files.readAllBytes(file);
                manifest.add(standardInput ? "standard input" : file.toString(), content);
            } catch (NoSuchFileException e) {
                throw new UserError("the path \"" + file + "\" does not exist", e);
            } catch (IOException e) {
                throw new UserError("\"" + file + "\" cannot be read: " + e.getMessage(), e);
            }
        }
        return manifest;
    }

    private void print(TemplateImage image) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("---");
        out.println("# " + image.template().title());
        out.print(LinuxKitYaml.write(image.image().config()));
        out.flush();
    }

    private void build(ArchitectureImages images, List<TemplateImage> resolved) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        for (TemplateImage one : resolved) {
            Instant start = Instant.now();
            err.println(one.template().title());
            Path built = images.of(one.image().architecture())
                    .builder()
                    .buildNow(one.image(), (type, reason, message) -> err.println("  " + reason + ": " + message));
            Path place = output == null
                    ? built
                    : BootFiles.copy(
                            built,
                            resolved.size() == 1
                                    ? output
                                    : output.resolve(one.template().fileName()));
            out.printf(
                    Locale.ROOT,
                    "%s: %s (%s, %.2f s)%n",
                    one.template().title(),
                    place,
                    BootFiles.sizes(place),
                    Duration.between(start, Instant.now()).toMillis() / 1e3);
            out.flush();
        }
    }
}
