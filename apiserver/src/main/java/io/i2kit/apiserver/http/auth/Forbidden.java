package io.i2kit.apiserver.http.auth;

import io.i2kit.apiserver.registry.ApiException;
import java.util.List;

/** The 403 of a request that was not allowed ({@code k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go}). */
public final class Forbidden {
    private Forbidden() {}

    /** @param reason why, or empty */
    public static ApiException of(Attributes attributes, String reason) {
        String message = escaped(message(attributes)) + (reason.isEmpty() ? "" : ": " + reason);
        if (!attributes.isResource()) {
            return new ApiException(
                    403, "Forbidden", "forbidden: " + message, new ApiException.Details("", "", "", "", List.of(), 0));
        }
        return ApiException.forbidden(attributes.group(), attributes.plural(), attributes.name(), message);
    }

    private static String message(Attributes attributes) {
        String user = "User \"" + attributes.user().name() + "\" cannot " + attributes.verb();
        if (!attributes.isResource()) {
            return user + " path \"" + attributes.path() + "\"";
        }
        String where = attributes.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"" + attributes.namespace() + "\"";
        return user + " resource \"" + attributes.resource() + "\" in API group \"" + attributes.group() + "\" "
                + where;
    }

    /** An error must not look like HTML. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
