package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.http.auth.UserInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as the handlers see it.
 *
 * @param query each parameter's values, in order
 * @param headers by lower-case name
 */
@SuppressWarnings("ArrayRecordComponent") // the body as received, read once
public record ApiRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        byte[] body,
        UserInfo user) {
    /** Among the headers: the request's URI as it was sent. */
    public static final String URI = ":uri";

    /** Among the headers: the address of the client's end. */
    public static final String REMOTE = ":remote";

    public ApiRequest {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** The same request of a user. */
    public ApiRequest by(UserInfo other) {
        return new ApiRequest(method, path, query, headers, body, other);
    }

    /** The same request with other headers. */
    public ApiRequest with(Map<String, String> others) {
        return new ApiRequest(method, path, query, others, body, user);
    }

    /** A query parameter's first value, or empty. */
    public String parameter(String name) {
        return parameters(name).isEmpty() ? "" : parameters(name).getFirst();
    }

    /** All values of a query parameter. */
    public List<String> parameters(String name) {
        return query.getOrDefault(name, List.of());
    }

    /** Whether a boolean parameter is on, as {@code conversion.go} reads it: present and neither {@code false} nor 0. */
    public boolean flag(String name) {
        String value = parameter(name);
        return query.containsKey(name) && !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
