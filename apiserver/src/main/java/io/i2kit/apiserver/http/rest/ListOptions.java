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
        if (request.query().containsKey("sendInitialEvents")) {
            errors.add(FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
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
            errors.add(FieldError.notSupported(field, "\"" + match + "\"", "\"Exact\", \"NotOlderThan\", \"\""));
        }
        if (match.equals(EXACT) && resourceVersion.equals("0")) {
            errors.add(FieldError.forbidden(
                    field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
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

    /**
     * The revision whose state is asked for, or 0 for the newest: that of an exact match, and of a first page.
     *
     * @throws ApiException BadRequest when it is no revision
     */
    long exactRevision() {
        long asked = revision();
        boolean firstPage = match.isEmpty() && limit > 0;
        return match.equals(EXACT) || firstPage ? asked : 0;
    }

    /** @throws ApiException BadRequest when it is no revision */
    long revision() {
        return revision(resourceVersion);
    }

    /** @throws ApiException BadRequest when it is no revision */
    static long revision(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("invalid resource version: resourceVersion: "
                    + noNumber(text).message());
        }
    }

    /** The fault of a resourceVersion that is no number. */
    static FieldError noNumber(String text) {
        String quoted = "\"" + text + "\"";
        return FieldError.invalid(
                "resourceVersion", quoted, "strconv.ParseUint: parsing " + quoted + ": invalid syntax");
    }
}
