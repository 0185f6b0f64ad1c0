package io.i2kit.apiserver.openapi;

/**
 * {@code schema.GroupVersionKind}.
 *
 * @param group empty for the core group
 * @param kind in CamelCase
 */
public record GroupVersionKind(String group, String version, String kind) {
    /** @param apiVersion {@code v1} or {@code apps/v1} */
    public static GroupVersionKind of(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        return slash < 0
                ? new GroupVersionKind("", apiVersion, kind)
                : new GroupVersionKind(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
    }

    /** {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
