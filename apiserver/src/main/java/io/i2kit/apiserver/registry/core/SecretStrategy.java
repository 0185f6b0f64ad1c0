package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.RestStrategy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/secret/strategy.go}. */
final class SecretStrategy implements RestStrategy {
    private static final Map<String, List<String>> REQUIRED_KEYS = Map.of(
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"));
    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";

    @Override
    public void setDefaults(ObjectNode object) {
        if (object.path("type").asString("").isEmpty()) {
            object.put("type", "Opaque");
        }
        mergeStringData(object);
    }

    /** {@code stringData} is only a way to write {@code data}, which is what its writer owns. */
    private static void mergeStringData(ObjectNode object) {
        JsonNode strings = object.remove("stringData");
        if (strings == null || strings.isEmpty()) {
            return;
        }
        ObjectNode data = object.withObjectProperty("data");
        for (Map.Entry<String, JsonNode> entry : strings.properties()) {
            byte[] value = entry.getValue().asString("").getBytes(StandardCharsets.UTF_8);
            data.put(entry.getKey(), Base64.getEncoder().encodeToString(value));
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        long size = DataRules.binarySize("data", object.path("data"), errors);
        if (size > DataRules.MAX_BYTES) {
            errors.accept(FieldError.tooLong("data", DataRules.MAX_BYTES));
        }
        String type = object.path("type").asString("");
        for (String key : REQUIRED_KEYS.getOrDefault(type, List.of())) {
            if (!object.path("data").has(key)) {
                errors.accept(FieldError.required("data[" + key + "]", ""));
            }
        }
        if (type.equals("kubernetes.io/basic-auth")
                && !object.path("data").has("username")
                && !object.path("data").has("password")) {
            errors.accept(FieldError.required("data[username]", ""));
            errors.accept(FieldError.required("data[password]", ""));
        }
        boolean named = object.path("metadata").path("annotations").has(ACCOUNT_NAME);
        if (type.equals("kubernetes.io/service-account-token") && !named) {
            errors.accept(FieldError.required("metadata.annotations[" + ACCOUNT_NAME + "]", ""));
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        JsonNode type = object.path("type");
        if (!type.asString("").equals(old.path("type").asString(""))) {
            errors.accept(FieldError.invalid(
                    "type", Json.MAPPER.writeValueAsString(type.asString("")), "field is immutable"));
        }
        DataRules.immutable(object, old, errors, "data");
        validate(object, errors);
    }

    @Override
    public List<String> selectableFields() {
        return List.of("type");
    }
}
