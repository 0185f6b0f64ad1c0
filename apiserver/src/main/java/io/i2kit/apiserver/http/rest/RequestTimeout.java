package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The query parameter {@code timeout}: how long the client waits at most. It must be a duration as Go writes them
 * ({@code filters/request_deadline.go}); the server's own bound holds besides.
 */
public final class RequestTimeout {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([^0-9.]*)");
    private static final Set<String> UNITS = Set.of("ns", "us", "µs", "μs", "ms", "s", "m", "h");

    private RequestTimeout() {}

    /** @throws ApiException BadRequest when it is there and no duration */
    public static void check(ApiRequest request) {
        String text = request.parameter("timeout");
        String fault = text.isEmpty() || text.equals("0") ? "" : fault(text);
        if (!fault.isEmpty()) {
            throw ApiException.badRequest("invalid timeout specified in the request URL - time: " + fault);
        }
    }

    private static String fault(String text) {
        String quoted = "\"" + text + "\"";
        String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (part.find() && part.start() == end) {
            if (part.group(2).isEmpty()) {
                return "missing unit in duration " + quoted;
            }
            if (!UNITS.contains(part.group(2))) {
                return "unknown unit \"" + part.group(2) + "\" in duration " + quoted;
            }
            end = part.end();
        }
        return end == 0 || end < rest.length() ? "invalid duration " + quoted : "";
    }
}
