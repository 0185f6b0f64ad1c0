package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Adds faults of an object's fields, in the words of {@code k8s.io/apimachinery/pkg/util/validation/field}. Paths are dotted, with
 * indexes in brackets.
 */
public final class FieldChecks {
    private final Consumer<FieldError> errors;

    public FieldChecks(Consumer<FieldError> errors) {
        this.errors = errors;
    }

    /** Adds a fault that none of the methods below words. */
    public void add(FieldError error) {
        errors.accept(error);
    }

    /** The text at a field; empty when it is absent. */
    public static String text(JsonNode owner, String field) {
        return owner.path(field).asString("");
    }

    /** A value as faults show it: text in quotation marks, anything else as JSON. */
    public static String shown(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "null" : value.toString();
    }

    public static String quoted(String text) {
        return StringNode.valueOf(text).toString();
    }

    public void required(String path, String detail) {
        errors.accept(FieldError.required(path, detail));
    }

    public void forbidden(String path, String detail) {
        errors.accept(FieldError.forbidden(path, detail));
    }

    public void invalid(String path, JsonNode value, String detail) {
        errors.accept(FieldError.invalid(path, shown(value), detail));
    }

    public void invalid(String path, String value, String detail) {
        errors.accept(FieldError.invalid(path, quoted(value), detail));
    }

    public void duplicate(String path, String value) {
        errors.accept(FieldError.duplicate(path, quoted(value)));
    }

    public void duplicate(String path, JsonNode value) {
        errors.accept(FieldError.duplicate(path, shown(value)));
    }

    public void notFound(String path, String value) {
        errors.accept(FieldError.notFound(path, quoted(value)));
    }

    public void notSupported(String path, JsonNode value, List<String> supported) {
        errors.accept(FieldError.notSupported(
                path,
                value.isMissingNode() ? "\"\"" : shown(value),
                supported.stream().map(FieldChecks::quoted).collect(Collectors.joining(", "))));
    }

    /** A fault whose value is left out ({@code field.OmitValueType}). */
    public void invalid(String path, String detail) {
        errors.accept(new FieldError("FieldValueInvalid", path, "Invalid value: " + detail));
    }

    public void tooLong(String path, int maxBytes) {
        errors.accept(FieldError.tooLong(path, maxBytes));
    }

    public void tooMany(String path, int actual, int max) {
        errors.accept(FieldError.tooMany(path, actual, max));
    }

    /** {@code ValidateImmutableField}. */
    public void immutable(JsonNode value, JsonNode old, String path) {
        if (!Json.same(value, old)) {
            invalid(path, value, "field is immutable");
        }
    }

    /** {@link #immutable} of a text, which is empty when it is not given. */
    public void sameText(JsonNode owner, JsonNode old, String field, String path) {
        if (!text(owner, field).equals(text(old, field))) {
            invalid(path + "." + field, text(owner, field), "field is immutable");
        }
    }

    /** {@code validate.Immutable}: the declarative form of {@link #immutable}, which shows no value. */
    public void frozen(JsonNode value, JsonNode old, String path) {
        if (!Json.same(value, old)) {
            errors.accept(FieldError.invalid(path, "null", "field is immutable"));
        }
    }

    /** An enumeration that must be set. */
    public void oneOf(JsonNode owner, String field, String path, List<String> supported) {
        String value = text(owner, field);
        String here = path.isEmpty() ? field : path + "." + field;
        if (value.isEmpty()) {
            required(here, "");
        } else if (!supported.contains(value)) {
            notSupported(here, owner.path(field), supported);
        }
    }

    /** An enumeration that may be absent. */
    public void optionalOneOf(JsonNode owner, String field, String path, List<String> supported) {
        if (owner.has(field)) {
            oneOf(owner, field, path, supported);
        }
    }

    public void nonNegative(JsonNode owner, String field, String path) {
        JsonNode value = owner.path(field);
        if (value.isNumber() && value.asLong() < 0) {
            invalid(path.isEmpty() ? field : path + "." + field, value, "must be greater than or equal to 0");
        }
    }

    /** {@link #nonNegative} of several fields, in this order. */
    public void nonNegative(JsonNode owner, List<String> fields, String path) {
        fields.forEach(field -> nonNegative(owner, field, path));
    }

    public void between(JsonNode value, String path, long least, long most) {
        if (value.isNumber() && (value.asLong() < least || value.asLong() > most)) {
            invalid(path, value, "must be between " + least + " and " + most + ", inclusive");
        }
    }

    /** A number or name of a port. */
    public void port(JsonNode value, String path) {
        if (value.isString()) {
            ValueRules.portName(value.asString(), problem -> invalid(path, value, problem));
        } else if (value.isNumber()) {
            between(value, path, 1, 65_535);
        } else {
            errors.accept(FieldError.invalid(path, "0", "must be between 1 and 65535, inclusive"));
        }
    }

    public void label(String value, String path) {
        Names.dns1123Label(value, false, problem -> invalid(path, value, problem));
    }

    public void subdomain(String value, String path) {
        Names.dns1123Subdomain(value, false, problem -> invalid(path, value, problem));
    }

    public void qualified(String value, String path) {
        Names.qualified(value, problem -> invalid(path, value, problem));
    }

    /** Labels of a template, a selector or a node selector. */
    public void labels(JsonNode labels, String path) {
        labels.properties().forEach(label -> {
            qualified(label.getKey(), path);
            String value = label.getValue().asString("");
            Names.labelValue(value, problem -> invalid(path, value, problem));
        });
    }

    /** Keys of annotations. */
    public void annotations(JsonNode annotations, String path) {
        annotations
                .properties()
                .forEach(annotation -> Names.qualified(
                        annotation.getKey().toLowerCase(Locale.ROOT),
                        problem -> invalid(path, annotation.getKey(), problem)));
    }

    /** {@code metav1.LabelSelector}. */
    public void selector(JsonNode selector, String path) {
        labels(selector.path("matchLabels"), path + ".matchLabels");
        for (int i = 0; i < selector.path("matchExpressions").size(); i++) {
            requirement(selector.path("matchExpressions").path(i), path + ".matchExpressions[" + i + "]");
        }
    }

    private void requirement(JsonNode expression, String path) {
        JsonNode values = expression.path("values");
        switch (text(expression, "operator")) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    forbidden(path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> invalid(path + ".operator", text(expression, "operator"), "not a valid selector operator");
        }
        qualified(text(expression, "key"), path + ".key");
        for (int i = 0; i < values.size(); i++) {
            String value = values.path(i).asString("");
            String here = path + ".values[" + i + "]";
            Names.labelValue(value, problem -> invalid(here, value, problem));
        }
    }
}
