package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code metav1.ListOptions} of a list.
 *
 * @param match {@code resourceVersionMatch}, or empty
 * @param continueToken or empty
 * @param limit 0 for all
 */
record ListOptions(String resourceVersion, String match, String continueToken, int limit) {
    static final String EXACT = "Exact";
    static final String NOT_OLDER = "NotOlderThan";

    /** @throws ApiException BadRequest or Invalid, as upstream's {@code ValidateListOptions} */
    static ListOptions of(ApiRequest request) {
        ListOptions options = new ListOptions(
                request.parameter("resourceVersion"),
                request.parameter("resourceVersionMatch"),
                request.parameter("continue"),
                (int) number(request, "limit"));
        List<FieldError> errors = new ArrayList<>();
        options.validate(errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors);
        }
        return options;
    }

    private void validate(List<FieldError> errors) {
        if (match.isEmpty()) {
            return;
        }
        String field = "resourceVersionMatch";
        if (resourceVersion.isEmpty()) {
            errors.add(FieldError.forbidden(
                    field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        if (!continueToken.isEmpty()) {
            errors.add(FieldError.forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (!match.equals(EXACT) && !match.equals(NOT_OLDER)) {
            errors.add(FieldError.notSupported(field, "\"" + match + "\"", "\"Exact\", \"NotOlderThan\""));
        }
        if (match.equals(EXACT) && resourceVersion.equals("0")) {
            errors.add(FieldError.forbidden(
                    field, "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""));
        }
    }

    /** @throws ApiException BadRequest when it is no number */
    static long number(ApiRequest request, String parameter) {
        String text = request.parameter(parameter);
        try {
            return text.isEmpty() ? 0 : Math.clamp(Long.parseLong(text), 0, Integer.MAX_VALUE);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }

    /** @throws ApiException Invalid when it is no revision */
    static long revision(String text, String optionsKind) {
        try {
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    optionsKind,
                    "",
                    List.of(FieldError.invalid("resourceVersion", "\"" + text + "\"", "must be a decimal number")));
        }
    }
}
