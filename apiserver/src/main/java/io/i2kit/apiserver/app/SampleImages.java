package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.image.debian.PackRequest;
import io.i2kit.cloud.image.debian.PackRequest.ExtraFile;
import io.i2kit.cloud.image.oci.ImageConfig;
import io.i2kit.cloud.image.oci.ImageReference;
import io.i2kit.cloud.image.oci.ImageStore;
import io.i2kit.cloud.model.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The images of the sample workloads, packed from Debian packages, because a host may not reach a registry. */
final class SampleImages {
    private static final List<Sample> SAMPLES = List.of(
            new Sample(
                    "localhost/nginx:1.22",
                    List.of("nginx-light", "dash", "coreutils"),
                    execution(List.of("nginx"), List.of("-g", "daemon off;"), "80/tcp", "SIGQUIT"),
                    List.of(ExtraFile.link("/bin/sh", "dash"))),
            new Sample(
                    "localhost/redis:7.0",
                    List.of("redis-server"),
                    execution(List.of("redis-server"), List.of("--protected-mode", "no"), "6379/tcp", "SIGTERM"),
                    List.of()),
            new Sample(
                    "localhost/python:3.11",
                    List.of("python3-minimal", "libpython3-stdlib"),
                    execution(List.of("python3"), List.of(), "8000/tcp", "SIGTERM"),
                    List.of()));

    private SampleImages() {}

    private record Sample(String name, List<String> packages, ImageConfig.Execution execution, List<ExtraFile> files) {}

    /** Packs those that the store does not have. */
    static void pack(Images images, Consumer<String> say) throws IOException {
        Set<String> present = images.list().stream()
                .map(ImageStore.Entry::reference)
                .map(ImageReference::toString)
                .collect(Collectors.toSet());
        for (Sample sample : SAMPLES) {
            ImageReference name = ImageReference.parse(sample.name());
            if (!present.contains(name.toString())) {
                say.accept("packing " + sample.name() + " from Debian packages");
                images.pack(
                        new PackRequest(
                                name, sample.packages(), sample.execution(), sample.files(), Architecture.AMD64),
                        line -> say.accept("  " + line));
            }
        }
    }

    private static ImageConfig.Execution execution(
            List<String> entrypoint, List<String> arguments, String port, String stopSignal) {
        return new ImageConfig.Execution(
                null,
                Map.of(port, Map.of()),
                List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                entrypoint,
                arguments,
                "/",
                stopSignal,
                null);
    }
}
