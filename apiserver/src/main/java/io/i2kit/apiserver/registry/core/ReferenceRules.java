package io.i2kit.apiserver.registry.core;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Names inside references to other objects and programs, with upstream's texts. */
public final class ReferenceRules {
    private static final Pattern HTTP_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");

    private ReferenceRules() {}

    /** {@code IsPathSegmentName} of {@code k8s.io/apimachinery/pkg/api/validate/content/path.go}. */
    public static void pathSegment(String name, Consumer<String> problems) {
        for (String illegal : List.of(".", "..")) {
            if (name.equals(illegal)) {
                problems.accept("may not be '" + illegal + "'");
                return;
            }
        }
        for (String illegal : List.of("/", "%")) {
            if (name.contains(illegal)) {
                problems.accept("may not contain '" + illegal + "'");
            }
        }
    }

    /** {@code IsDomainPrefixedPath}: {@code acme.io/foo}. */
    public static void domainPrefixedPath(FieldChecks checks, String value, String path) {
        if (value.isEmpty()) {
            checks.required(path, "");
            return;
        }
        int slash = value.indexOf('/');
        if (slash <= 0 || slash == value.length() - 1) {
            checks.invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }
        checks.subdomain(value.substring(0, slash), path);
        String rest = value.substring(slash + 1);
        if (!HTTP_PATH.matcher(rest).matches()) {
            checks.invalid(
                    path, rest, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
        }
    }

    /** {@code kind} and {@code name} of a reference, each a segment of a URL. */
    public static void kindAndName(FieldChecks checks, JsonNode reference, String path) {
        for (String field : List.of("kind", "name")) {
            String value = FieldChecks.text(reference, field);
            if (value.isEmpty()) {
                checks.required(path + "." + field, "");
            } else {
                pathSegment(value, problem -> checks.invalid(path + "." + field, value, problem));
            }
        }
    }
}
