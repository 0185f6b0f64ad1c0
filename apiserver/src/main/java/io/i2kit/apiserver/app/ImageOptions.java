package io.i2kit.apiserver.app;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Where images come from: what every command has that builds machine images. */
final class ImageOptions {
    @Option(
            names = "--mirror",
            paramLabel = "HOST=URL",
            description =
                    "Pull images of a registry from another place, for example docker.io=https://mirror.example.com.")
    private Map<String, URI> mirrors = new TreeMap<>();

    /** By registry host. */
    Map<String, URI> mirrors() {
        return mirrors;
    }
}
