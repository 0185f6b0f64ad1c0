package io.i2kit.apiserver.openapi;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.util.List;

/** What happens to unknown and duplicate fields: the query parameter {@code fieldValidation}. They are never stored. */
public enum FieldValidation {
    /** Dropped silently. */
    IGNORE,
    /** Dropped, one {@code Warning:} header for each. The server's default. */
    WARN,
    /** 400. */
    STRICT;

    /**
     * @param parameter the query parameter's value; empty for the default
     * @param optionsKind {@code CreateOptions}, {@code UpdateOptions} or {@code PatchOptions}, for the 422 of any other value
     */
    public static FieldValidation of(String parameter, String optionsKind) {
        return switch (parameter) {
            case "", "Warn" -> WARN;
            case "Ignore" -> IGNORE;
            case "Strict" -> STRICT;
            default ->
                throw ApiException.invalid(
                        "meta.k8s.io",
                        optionsKind,
                        "",
                        List.of(FieldError.notSupported(
                                "fieldValidation", "\"" + parameter + "\"", "\"\", \"Ignore\", \"Strict\", \"Warn\"")));
        };
    }
}
