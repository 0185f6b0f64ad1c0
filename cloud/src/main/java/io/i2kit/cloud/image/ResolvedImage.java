package io.i2kit.cloud.image;

import java.util.List;

/**
 * What an image reference meant when it was asked for.
 *
 * @param reference as it was asked for
 * @param digestReference the image for one architecture by digest, for example {@code docker.io/library/nginx@sha256:…}
 * @param entrypoint of the image's configuration; empty when it has none, as are all that follow
 * @param env {@code NAME=value}
 * @param user {@code user[:group]}, names or numbers
 * @param stopSignal for example {@code SIGQUIT}
 * @param exposedPorts {@code port/protocol}, for example {@code 80/tcp}
 * @param transferBytes what a pull moves
 * @param unpackedBytes size of its files, or 0 while no layer is unpacked
 */
public record ResolvedImage(
        String reference,
        String digestReference,
        List<String> entrypoint,
        List<String> cmd,
        List<String> env,
        String workingDir,
        String user,
        String stopSignal,
        List<String> exposedPorts,
        long transferBytes,
        long unpackedBytes) {
    public ResolvedImage {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = List.copyOf(env);
        exposedPorts = List.copyOf(exposedPorts);
    }
}
