package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.image.debian.PackRequest;
import io.i2kit.cloud.image.debian.PackRequest.ExtraFile;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.image.oci.PullException;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code i2kit image}: the container images of this host, which Pods use without a registry. */
@Command(
        name = "image",
        description = "Container images kept on this host: Pods use them without a registry.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ImageCommand.Import.class,
            ImageCommand.Push.class,
            ImageCommand.ListImages.class,
            ImageCommand.Remove.class,
            ImageCommand.Pack.class,
            ImageCommand.Samples.class,
            ImageCommand.BaseImages.class
        })
final class ImageCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }

    /** What a subcommand does with the images. */
    @FunctionalInterface
    private interface Action {
        int run(Images images) throws IOException;
    }

    private static int with(Action action) {
        try (Images images = Images.open(Images.Settings.of(DataFolder.cache(), Map.of()), changed -> {})) {
            return action.run(images);
        } catch (PullException | IOException e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    @Command(
            name = "import",
            description = "Take in an OCI layout (folder or tar) or a docker-archive.",
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {
        @Parameters(paramLabel = "PATH", description = "The layout or archive ('docker save' writes one).")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path from;

        @Option(
                names = {"-t", "--tag"},
                paramLabel = "NAME",
                description = "Name for an archive that has none.")
        private @Nullable String tag;

        @Override
        public Integer call() {
            return with(images -> {
                images.importFrom(from, tag).forEach(System.out::println);
                return 0;
            });
        }
    }

    @Command(
            name = "push",
            description = {
                "Push an image of this host to a registry, with the credentials of your Docker configuration.",
                "A registry on a loopback address may speak plain HTTP."
            },
            mixinStandardHelpOptions = true)
    static final class Push implements Callable<Integer> {
        @Parameters(paramLabel = "FROM", description = "Name of the image on this host.")
        private String from = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "TO",
                description = "Name in the registry (default: FROM).")
        private @Nullable String to;

        @Override
        public Integer call() {
            String target = to == null ? from : to;
            return with(images -> {
                System.out.println("The push refers to repository ["
                        + ImageReference.parse(target).name() + "]");
                images.push(from, target, System.out::println);
                return 0;
            });
        }
    }

    @Command(name = "list", aliases = "ls", description = "List them.", mixinStandardHelpOptions = true)
    static final class ListImages implements Callable<Integer> {
        private static final int DIGEST_LENGTH = 19;

        @Override
        public Integer call() {
            return with(images -> {
                List<ImageStore.Entry> entries = images.list();
                int width = entries.stream()
                        .mapToInt(entry -> entry.reference().toString().length())
                        .max()
                        .orElse(0);
                String format = "%-" + Math.max(width, "NAME".length()) + "s   %-" + DIGEST_LENGTH + "s   %s%n";
                System.out.printf(format, "NAME", "DIGEST", "SIZE");
                for (ImageStore.Entry entry : entries) {
                    System.out.printf(
                            format,
                            entry.reference(),
                            entry.digest().toString().substring(0, DIGEST_LENGTH),
                            "%.1f MB".formatted(entry.sizeBytes() / 1e6));
                }
                return 0;
            });
        }
    }

    @Command(name = "rm", description = "Remove names.", mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", arity = "1..*", description = "References.")
        private List<String> names = new ArrayList<>();

        @Override
        public Integer call() {
            return with(images -> {
                int exit = 0;
                for (String name : names) {
                    if (images.remove(name)) {
                        System.out.println("removed " + name);
                    } else {
                        System.err.println("i2kit: no such image: " + name);
                        exit = 1;
                    }
                }
                return exit;
            });
        }
    }

    @Command(name = "pack", description = "Make an image of Debian packages.", mixinStandardHelpOptions = true)
    static final class Pack implements Callable<Integer> {
        @Option(
                names = {"-t", "--tag"},
                paramLabel = "NAME",
                required = true,
                description = "Name of the image.")
        private String tag = "";

        @Option(
                names = "--entrypoint",
                paramLabel = "WORD",
                description = "A word of the entrypoint (repeat for more).")
        private List<String> entrypoint = new ArrayList<>();

        @Option(
                names = "--cmd",
                paramLabel = "WORD",
                description = "A word of the default arguments (repeat for more).")
        private List<String> cmd = new ArrayList<>();

        @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable (repeat for more).")
        private Map<String, String> env = new LinkedHashMap<>();

        @Option(names = "--expose", paramLabel = "PORT[/PROTOCOL]", description = "A port that it listens on.")
        private List<String> ports = new ArrayList<>();

        @Option(names = "--user", paramLabel = "USER", defaultValue = "", description = "Who it runs as.")
        private String user = "";

        @Option(names = "--workdir", paramLabel = "DIR", defaultValue = "/", description = "Where it runs.")
        private String workingDirectory = "/";

        @Option(names = "--stop-signal", paramLabel = "SIGNAL", defaultValue = "", description = "What ends it.")
        private String stopSignal = "";

        @Option(
                names = "--link",
                paramLabel = "PATH=TARGET",
                description = "A symbolic link, for example /bin/sh=dash (repeat for more).")
        private Map<String, String> links = new LinkedHashMap<>();

        @Parameters(paramLabel = "PACKAGE", arity = "1..*", description = "Debian packages.")
        private List<String> packages = new ArrayList<>();

        @Override
        public Integer call() {
            return with(images -> {
                List<ExtraFile> files = links.entrySet().stream()
                        .map(link -> ExtraFile.link(link.getKey(), link.getValue()))
                        .toList();
                PackRequest request =
                        new PackRequest(ImageReference.parse(tag), packages, execution(), files, Architecture.AMD64);
                System.out.println(images.pack(request, line -> System.err.println("  " + line)));
                return 0;
            });
        }

        private ImageConfig.Execution execution() {
            Map<String, Object> exposed = new LinkedHashMap<>();
            ports.forEach(port -> exposed.put(port.contains("/") ? port : port + "/tcp", Map.of()));
            List<String> variables = new ArrayList<>();
            env.putIfAbsent("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
            env.forEach((name, value) -> variables.add(name + "=" + value));
            return new ImageConfig.Execution(
                    user, exposed, variables, entrypoint, cmd, workingDirectory, stopSignal, null);
        }
    }

    @Command(
            name = "samples",
            description = "Pack the images of the sample workloads (nginx, redis, python) unless they are there.",
            mixinStandardHelpOptions = true)
    static final class Samples implements Callable<Integer> {
        @Override
        public Integer call() {
            return with(images -> {
                SampleImages.pack(images, System.out::println);
                return 0;
            });
        }
    }

    @Command(
            name = "base",
            description = {
                "Make the images of the machines' base (kernel and guest) and print their names.",
                "Pushed to a registry, they let the stock linuxkit tool build what 'build --print' shows."
            },
            mixinStandardHelpOptions = true)
    static final class BaseImages implements Callable<Integer> {
        @Override
        public Integer call() {
            return with(images -> {
                images.packBase(line -> System.err.println("  " + line)).forEach(System.out::println);
                return 0;
            });
        }
    }
}
