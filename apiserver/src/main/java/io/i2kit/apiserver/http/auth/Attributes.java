package io.i2kit.apiserver.http.auth;

/**
 * What a request is about ({@code authorizer.Attributes}).
 *
 * @param verb {@code get}, {@code list} …
 * @param resource plural, with {@code /subresource}; empty for other paths
 * @param path the URL's path
 */
public record Attributes(
        UserInfo user, String verb, String group, String resource, String namespace, String name, String path) {
    public boolean isResource() {
        return !resource.isEmpty();
    }
}
