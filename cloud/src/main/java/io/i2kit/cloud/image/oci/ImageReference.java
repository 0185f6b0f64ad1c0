package io.i2kit.cloud.image.oci;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an image is found, by the grammar of distribution/reference: {@code [registry/]repository[:tag][@digest]}. Names without
 * a registry are Docker Hub's, single names there are its {@code library/} ones, and the default tag is {@code latest}.
 *
 * @param registry host with optional port; {@code docker.io} for Docker Hub
 * @param tag null only when a digest is given
 * @param digest when given, it decides and the tag is only for people
 */
public record ImageReference(
        String registry,
        String repository,
        @Nullable String tag,
        @Nullable Digest digest) {
    public static final String DOCKER_HUB = "docker.io";

    private static final int MAX_NAME_LENGTH = 255;
    private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern REGISTRY =
            Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");

    /** @throws PullException.InvalidName with the words of the container runtimes */
    public static ImageReference parse(String text) {
        String rest = text;
        Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = parseDigest(text, rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            require(TAG.matcher(tag).matches(), text, "invalid reference format");
        }
        if (tag == null && digest == null) {
            tag = "latest";
        }
        int slash = rest.indexOf('/');
        boolean named = slash > 0 && isRegistry(rest.substring(0, slash));
        String registry = named ? rest.substring(0, slash) : DOCKER_HUB;
        String repository = named ? rest.substring(slash + 1) : rest;
        if (registry.equals("index.docker.io")) {
            registry = DOCKER_HUB;
        }
        checkName(text, registry, repository);
        if (registry.equals(DOCKER_HUB) && repository.indexOf('/') < 0) {
            repository = "library/" + repository;
        }
        return new ImageReference(registry, repository, tag, digest);
    }

    private static boolean isRegistry(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static Digest parseDigest(String text, String digest) {
        try {
            return Digest.parse(digest);
        } catch (IllegalArgumentException e) {
            throw invalid(text, "invalid reference format");
        }
    }

    private static void checkName(String text, String registry, String repository) {
        require(REGISTRY.matcher(registry).matches(), text, "invalid reference format");
        String lower = repository.toLowerCase(Locale.ROOT);
        for (String component : lower.split("/", -1)) {
            require(COMPONENT.matcher(component).matches(), text, "invalid reference format");
        }
        require(lower.equals(repository), text, "invalid reference format: repository name must be lowercase");
        require(
                repository.length() <= MAX_NAME_LENGTH,
                text,
                "repository name must not be more than " + MAX_NAME_LENGTH + " characters");
    }

    private static void require(boolean holds, String text, String problem) {
        if (!holds) {
            throw invalid(text, problem);
        }
    }

    private static PullException invalid(String text, String problem) {
        return new PullException.InvalidName(
                text,
                "Failed to apply default image tag \"%s\": couldn't parse image name \"%s\": %s"
                        .formatted(text, text, problem));
    }

    /** The same repository by digest only. */
    public ImageReference at(Digest exact) {
        return new ImageReference(registry, repository, null, exact);
    }

    /** What a manifest request names: the digest where there is one. */
    String manifestName() {
        return digest != null ? digest.toString() : String.valueOf(tag);
    }

    /** {@code registry/repository}. */
    public String name() {
        return registry + "/" + repository;
    }

    /** The full form; it parses to an equal reference. */
    @Override
    public String toString() {
        return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
