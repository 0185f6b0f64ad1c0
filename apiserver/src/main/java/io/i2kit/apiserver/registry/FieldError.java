package io.i2kit.apiserver.registry;

/**
 * One cause of a 422, worded as {@code k8s.io/apimachinery/pkg/util/validation/field/errors.go} does.
 *
 * @param reason {@code FieldValueRequired}, {@code FieldValueInvalid}, {@code FieldValueDuplicate}, {@code FieldValueNotFound},
 *     {@code FieldValueNotSupported}, {@code FieldValueForbidden}, {@code FieldValueTooLong}, {@code FieldValueTooMany},
 *     {@code FieldValueTypeInvalid}
 * @param field the path, for example {@code spec.template.spec.containers[0].name}
 * @param message without the path, for example {@code Required value} or {@code Invalid value: "x": must be …}
 */
public record FieldError(String reason, String field, String message) {
    public static FieldError required(String field, String detail) {
        return new FieldError("FieldValueRequired", field, with("Required value", detail));
    }

    /** @param value as JSON text: a string keeps its quotation marks */
    public static FieldError invalid(String field, String value, String detail) {
        return new FieldError("FieldValueInvalid", field, with("Invalid value: " + value, detail));
    }

    public static FieldError duplicate(String field, String value) {
        return new FieldError("FieldValueDuplicate", field, "Duplicate value: " + value);
    }

    public static FieldError notFound(String field, String value) {
        return new FieldError("FieldValueNotFound", field, "Not found: " + value);
    }

    /** @param supported quoted and joined by {@code ", "} */
    public static FieldError notSupported(String field, String value, String supported) {
        return new FieldError(
                "FieldValueNotSupported", field, "Unsupported value: " + value + ": supported values: " + supported);
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError("FieldValueForbidden", field, with("Forbidden", detail));
    }

    public static FieldError tooLong(String field, int maxBytes) {
        return new FieldError("FieldValueTooLong", field, "Too long: may not be more than " + maxBytes + " bytes");
    }

    public static FieldError tooMany(String field, int actual, int max) {
        return new FieldError(
                "FieldValueTooMany", field, "Too many: " + actual + ": must have at most " + max + " items");
    }

    private static String with(String head, String detail) {
        return detail.isEmpty() ? head : head + ": " + detail;
    }
}
