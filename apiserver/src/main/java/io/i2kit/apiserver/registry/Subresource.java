package io.i2kit.apiserver.registry;

import java.util.List;

/**
 * A part of a resource with a URL of its own.
 *
 * @param group of {@link #kind}; with {@link #version} empty when it is the parent's
 * @param verbs as discovery lists them
 */
public record Subresource(String name, String group, String version, String kind, List<String> verbs) {
    /** Of the parent's own kind, for example {@code status}. */
    public static Subresource status(ResourceNames parent) {
        return of(parent, "status", parent.kind(), "get", "patch", "update");
    }

    public static Subresource scale() {
        return new Subresource("scale", "autoscaling", "v1", "Scale", List.of("get", "patch", "update"));
    }

    /** Of a kind in the parent's group and version. */
    public static Subresource of(ResourceNames parent, String name, String kind, String... verbs) {
        return new Subresource(name, parent.group(), parent.version(), kind, List.of(verbs));
    }

    public Subresource {
        verbs = List.copyOf(verbs);
    }
}
