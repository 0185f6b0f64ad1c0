package io.i2kit.apiserver.controller;

/**
 * A resource as controllers that work on all kinds see it.
 *
 * @param resource as in {@code ObjectKey}: {@code apps/deployments}
 * @param apiVersion {@code group/version}, or the version alone for the core group
 */
public record ManagedResource(String resource, String apiVersion, String kind, boolean namespaced) {
    /** The group, empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The plural name without the group. */
    public String plural() {
        return resource.substring(resource.indexOf('/') + 1);
    }
}
