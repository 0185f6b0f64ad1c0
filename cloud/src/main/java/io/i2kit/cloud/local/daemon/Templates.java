package io.i2kit.cloud.local.daemon;

import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Launch templates. Their metadata can be large, so it stays on disk and is read again for each launch. */
final class Templates {
    private final JsonFiles<LaunchTemplate> files;
    private final Map<String, Summary> summaries = new HashMap<>();

    Templates(Path directory) throws IOException {
        files = new JsonFiles<>(directory, LaunchTemplate.class);
        for (LaunchTemplate template : files.readAll()) {
            summaries.put(template.name(), Summary.of(template));
        }
    }

    /**
     * What is kept in memory.
     *
     * @param grace the Pod's own termination grace period
     */
    record Summary(
            String imageName,
            MachineSize size,
            Map<String, String> tags,
            int agentPort,
            int readyPort,
            Duration grace) {
        static Summary of(LaunchTemplate template) {
            MachineMetadata metadata = template.metadata();
            return new Summary(
                    template.imageName(),
                    template.size(),
                    template.tags(),
                    metadata.agent().port(),
                    metadata.agent().readyPort(),
                    Duration.ofSeconds(metadata.terminationGracePeriodSeconds()));
        }
    }

    void put(LaunchTemplate template) {
        String image = template.imageName();
        if (image.isEmpty() || image.startsWith(".") || image.contains("/")) {
            throw new CloudException.Invalid(
                    "launch template " + template.name() + ": \"" + image + "\" is not the name of a machine image");
        }
        if (!template.architecture().ociName().equals(hostArchitecture())) {
            throw new CloudException.Invalid("launch template " + template.name() + ": this host runs machines of "
                    + hostArchitecture() + ", not of " + template.architecture().ociName());
        }
        files.put(template.name(), template);
        summaries.put(template.name(), Summary.of(template));
    }

    void delete(String name) {
        files.remove(name);
        summaries.remove(name);
    }

    @Nullable
    Summary summary(String name) {
        return summaries.get(name);
    }

    /** The part of the metadata document that the template gives; blocks. */
    MachineMetadata metadata(String name) throws IOException {
        return files.read(name).metadata();
    }

    /** The host's architecture by its OCI name. */
    static String hostArchitecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }
}
