package io.i2kit.apiserver.http.rest;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code v1.PodLogOptions} ({@code k8s.io/kubernetes/pkg/apis/core/validation}, ValidatePodLogOptions).
 *
 * @param container empty for the only one
 * @param previous whether the run before the present one is meant
 * @param parameters what a machine is told, as the client gave it
 */
record PodLogOptions(String container, boolean previous, Map<String, String> parameters) {
    private static final Set<String> FLAGS = Set.of("follow", "previous", "timestamps");

    PodLogOptions {
        parameters = Map.copyOf(parameters);
    }

    /**
     * @param pod its name
     * @throws ApiException BadRequest for what is no number or time, Invalid for what is out of bounds
     */
    static PodLogOptions of(String pod, ApiRequest request) {
        Long tailLines = number(request, "tailLines");
        Long limitBytes = number(request, "limitBytes");
        Long sinceSeconds = number(request, "sinceSeconds");
        String sinceTime = request.parameter("sinceTime");
        requireTime(sinceTime);
        List<FieldError> errors = new ArrayList<>();
        atLeast(0, "tailLines", tailLines, "must be greater than or equal to 0", errors);
        atLeast(1, "limitBytes", limitBytes, "must be greater than 0", errors);
        if (sinceSeconds != null && !sinceTime.isEmpty()) {
            errors.add(FieldError.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        } else {
            atLeast(1, "sinceSeconds", sinceSeconds, "must be greater than 0", errors);
        }
        if (request.query().containsKey("stream")) {
            errors.add(FieldError.forbidden("stream", "may not be specified"));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid("", "PodLogOptions", pod, errors);
        }
        Map<String, String> parameters = new HashMap<>();
        FLAGS.stream().filter(request::flag).forEach(name -> parameters.put(name, "true"));
        put(parameters, "tailLines", tailLines);
        put(parameters, "limitBytes", limitBytes);
        put(parameters, "sinceSeconds", sinceSeconds);
        if (!sinceTime.isEmpty()) {
            parameters.put("sinceTime", sinceTime);
        }
        return new PodLogOptions(request.parameter("container"), request.flag("previous"), parameters);
    }

    private static void put(Map<String, String> parameters, String name, @Nullable Long value) {
        if (value != null) {
            parameters.put(name, value.toString());
        }
    }

    private static @Nullable Long number(ApiRequest request, String name) {
        String text = request.parameter(name);
        try {
            return text.isEmpty() ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }

    private static void requireTime(String text) {
        try {
            if (!text.isEmpty()) {
                OffsetDateTime.parse(text);
            }
        } catch (DateTimeParseException e) {
            throw ApiException.badRequest("parsing time \"" + text
                    + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text + "\" as \"2006\"");
        }
    }

    private static void atLeast(
            long least, String field, @Nullable Long value, String otherwise, List<FieldError> errors) {
        if (value != null && value < least) {
            errors.add(FieldError.invalid(field, value.toString(), otherwise));
        }
    }
}
