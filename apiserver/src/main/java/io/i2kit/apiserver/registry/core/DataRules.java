package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What ConfigMaps and Secrets share: keys, sizes, immutability ({@code pkg/apis/core/validation/validation.go}). */
final class DataRules {
    /** {@code core.MaxSecretSize}. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");

    private DataRules() {}

    static void key(String field, String key, Consumer<FieldError> errors) {
        String path = field + "[" + key + "]";
        String quoted = Json.MAPPER.writeValueAsString(key);
        if (key.length() > 253) {
            errors.accept(FieldError.invalid(path, quoted, "must be no more than 253 characters"));
        }
        if (!KEY.matcher(key).matches()) {
            errors.accept(FieldError.invalid(
                    path,
                    quoted,
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                            + " 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"));
        }
        if (key.equals(".") || key.equals("..")) {
            errors.accept(FieldError.invalid(path, quoted, "must not be '" + key + "'"));
        } else if (key.startsWith("..")) {
            errors.accept(FieldError.invalid(path, quoted, "must not start with '..'"));
        }
    }

    /** Values in base 64: their decoded size, with an error for what is no base 64. */
    static long binarySize(String field, JsonNode data, Consumer<FieldError> errors) {
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : data.properties()) {
            key(field, entry.getKey(), errors);
            try {
                size += Base64.getDecoder().decode(entry.getValue().asString("")).length;
            } catch (IllegalArgumentException e) {
                errors.accept(
                        FieldError.invalid(field + "[" + entry.getKey() + "]", "\"<base64>\"", "illegal base64 data"));
            }
        }
        return size;
    }

    static void immutable(ObjectNode object, ObjectNode old, Consumer<FieldError> errors, String... fields) {
        if (!old.path("immutable").asBoolean(false)) {
            return;
        }
        if (!object.path("immutable").asBoolean(false)) {
            errors.accept(FieldError.forbidden("immutable", "field is immutable when `immutable` is set"));
        }
        for (String field : fields) {
            if (!Json.same(object.path(field), old.path(field))) {
                errors.accept(FieldError.forbidden(field, "field is immutable when `immutable` is set"));
            }
        }
    }
}
