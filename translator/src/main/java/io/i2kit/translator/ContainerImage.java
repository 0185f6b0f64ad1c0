package io.i2kit.translator;

import java.util.List;

/**
 * What a container's image is and says, resolved once per ReplicaSet and kept on it as {@link Annotations#IMAGE_DIGESTS}.
 *
 * @param container the container's name
 * @param image as the template names it
 * @param digestReference the same by digest, for example {@code docker.io/library/nginx@sha256:…}
 * @param entrypoint of the image's configuration; empty when it has none
 * @param cmd likewise
 * @param env {@code NAME=value} of the image
 * @param workingDir or empty
 * @param user the image's USER ({@code user[:group]}, names or numbers), or empty for root
 * @param stopSignal for example {@code SIGQUIT}, or empty
 * @param unpackedBytes size of its files, or 0 when not known
 */
public record ContainerImage(
        String container,
        String image,
        String digestReference,
        List<String> entrypoint,
        List<String> cmd,
        List<String> env,
        String workingDir,
        String user,
        String stopSignal,
        long unpackedBytes) {
    public ContainerImage {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = List.copyOf(env);
    }
}
