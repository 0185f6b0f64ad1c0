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
    public static Attributes ofResource(
            UserInfo user, String verb, String group, String resource, String namespace, String name) {
        return new Attributes(user, verb, group, resource, namespace, name, "");
    }

    public static Attributes ofPath(UserInfo user, String verb, String path) {
        return new Attributes(user, verb, "", "", "", "", path);
    }

    public boolean isResource() {
        return !resource.isEmpty();
    }

    /** The resource's plural. */
    public String plural() {
        int slash = resource.indexOf('/');
        return slash < 0 ? resource : resource.substring(0, slash);
    }
}
