package io.i2kit.apiserver.openapi;

import java.util.List;

/**
 * A resource as the OpenAPI documents describe it.
 *
 * @param plural for example {@code deployments}
 * @param verbs of discovery: {@code get}, {@code list}, {@code create}, {@code update}, {@code patch}, {@code delete},
 *     {@code deletecollection}; others are left out
 */
public record OpenApiResource(
        GroupVersionKind kind, String plural, boolean namespaced, List<String> verbs, List<Subresource> subresources) {
    public OpenApiResource {
        verbs = List.copyOf(verbs);
        subresources = List.copyOf(subresources);
    }

    /**
     * @param name for example {@code status}
     * @param kind of its bodies
     */
    public record Subresource(String name, GroupVersionKind kind, List<String> verbs) {
        public Subresource {
            verbs = List.copyOf(verbs);
        }
    }
}
