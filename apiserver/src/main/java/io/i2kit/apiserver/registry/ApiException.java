package io.i2kit.apiserver.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that a client sees as a {@code v1.Status}; texts and codes are those of
 * {@code k8s.io/apimachinery/pkg/api/errors/errors.go}.
 */
public final class ApiException extends RuntimeException {
    private final int code;
    private final String reason;
    private final @Nullable Details details;
    private final List<String> warnings;

    public ApiException(int code, String reason, String message, @Nullable Details details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
        this.warnings = List.of();
    }

    private ApiException(ApiException cause, List<String> warnings) {
        super(cause.getMessage(), cause);
        this.code = cause.code;
        this.reason = cause.reason;
        this.details = cause.details;
        this.warnings = List.copyOf(warnings);
    }

    /** The same with texts of {@code Warning:} headers: what was wrong besides. */
    public ApiException with(List<String> more) {
        return more.isEmpty() ? this : new ApiException(this, more);
    }

    public List<String> warnings() {
        return warnings;
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    /** {@code metav1.StatusReason}, for example {@code NotFound}. */
    public String reason() {
        return reason;
    }

    public @Nullable Details details() {
        return details;
    }

    /**
     * {@code metav1.StatusDetails}.
     *
     * @param kind the resource's plural for 404 and 409, the kind for 422
     */
    public record Details(
            String group, String kind, String name, String uid, List<FieldError> causes, int retryAfterSeconds) {
        public Details {
            causes = List.copyOf(causes);
        }
    }

    /** @param resource plural */
    public static ApiException notFound(String group, String resource, String name) {
        return new ApiException(
                404, "NotFound", qualified(group, resource) + " \"" + name + "\" not found", of(group, resource, name));
    }

    public static ApiException alreadyExists(String group, String resource, String name) {
        return new ApiException(
                409,
                "AlreadyExists",
                qualified(group, resource) + " \"" + name + "\" already exists",
                of(group, resource, name));
    }

    /** @param detail for example {@code the object has been modified; please apply your changes …} */
    public static ApiException conflict(String group, String resource, String name, String detail) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + qualified(group, resource) + " \"" + name + "\": " + detail,
                of(group, resource, name));
    }

    /** The detail of a 409 for a stale resourceVersion. */
    public static final String MODIFIED =
            "the object has been modified; please apply your changes to the latest version and try again";

    public static ApiException forbidden(String group, String resource, String name, String detail) {
        String what = qualified(group, resource) + (name.isEmpty() ? "" : " \"" + name + "\"");
        return new ApiException(403, "Forbidden", what + " is forbidden: " + detail, of(group, resource, name));
    }

    /**
     * A fault that was found twice is told once.
     *
     * @param kind in CamelCase
     */
    public static ApiException invalid(String group, String kind, String name, List<FieldError> found) {
        List<FieldError> errors = found.stream().distinct().toList();
        String list = errors.size() == 1
                ? text(errors.getFirst())
                : "["
                        + String.join(
                                ", ", errors.stream().map(ApiException::text).toList()) + "]";
        return new ApiException(
                422,
                "Invalid",
                qualified(group, kind) + " \"" + name + "\" is invalid: " + list,
                new Details(group, kind, name, "", errors, 0));
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message, null);
    }

    public static ApiException methodNotSupported(String group, String resource, String verb) {
        return new ApiException(
                405,
                "MethodNotAllowed",
                verb + " is not supported on resources of kind \"" + qualified(group, resource) + "\"",
                of(group, resource, ""));
    }

    public static ApiException expired(String message) {
        return new ApiException(410, "Expired", message, null);
    }

    public static ApiException internal(String message) {
        return new ApiException(500, "InternalError", "Internal error occurred: " + message, null);
    }

    public static ApiException unavailable(String message) {
        return new ApiException(503, "ServiceUnavailable", message, null);
    }

    private static Details of(String group, String kind, String name) {
        return new Details(group, kind, name, "", List.of(), 0);
    }

    private static String text(FieldError error) {
        return error.field() + ": " + error.message();
    }

    private static String qualified(String group, String resource) {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
