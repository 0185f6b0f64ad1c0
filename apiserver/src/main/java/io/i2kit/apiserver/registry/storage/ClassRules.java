package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.core.FieldChecks;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Rules that the classes share: {@code validateProvisioner} and {@code validateParameters}. */
final class ClassRules {
    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_BYTES = 256 * 1024;

    private ClassRules() {}

    static void driver(JsonNode object, String field, FieldChecks checks) {
        String driver = FieldChecks.text(object, field);
        if (driver.isEmpty()) {
            checks.required(field, "");
        } else {
            checks.qualified(driver.toLowerCase(Locale.ROOT), field);
        }
    }

    static void parameters(JsonNode parameters, boolean mayBeEmpty, FieldChecks checks) {
        if (parameters.size() > MAX_PARAMETERS) {
            checks.tooLong("parameters", MAX_PARAMETERS);
            return;
        }
        long total = 0;
        for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
            if (parameter.getKey().isEmpty()) {
                checks.invalid("parameters", "", "field can not be empty.");
            }
            total += parameter.getKey().getBytes(StandardCharsets.UTF_8).length
                    + parameter.getValue().asString("").getBytes(StandardCharsets.UTF_8).length;
        }
        if (total > MAX_BYTES) {
            checks.tooLong("parameters", MAX_BYTES);
        }
        if (!mayBeEmpty && parameters.isEmpty()) {
            checks.required("parameters", "must contain at least one key/value pair");
        }
    }
}
