package io.i2kit.apiserver.registry.storage;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** StorageClasses: {@code pkg/registry/storage/storageclass/strategy.go} and {@code pkg/apis/storage/validation}. */
final class StorageClassStrategy implements RestStrategy {
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Retain");
    private static final List<String> BINDING_MODES = List.of("Immediate", "WaitForFirstConsumer");

    @Override
    public void setDefaults(ObjectNode object) {
        if (!object.has("reclaimPolicy")) {
            object.put("reclaimPolicy", "Delete");
        }
        if (!object.has("volumeBindingMode")) {
            object.put("volumeBindingMode", "Immediate");
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        ClassRules.driver(object, "provisioner", checks);
        ClassRules.parameters(object.path("parameters"), true, checks);
        String policy = text(object, "reclaimPolicy");
        if (!policy.isEmpty() && !RECLAIM_POLICIES.contains(policy)) {
            checks.notSupported("reclaimPolicy", object.path("reclaimPolicy"), RECLAIM_POLICIES);
        }
        if (!BINDING_MODES.contains(text(object, "volumeBindingMode"))) {
            checks.notSupported("volumeBindingMode", object.path("volumeBindingMode"), BINDING_MODES);
        }
        for (int i = 0; i < object.path("allowedTopologies").size(); i++) {
            topology(
                    object.path("allowedTopologies").path(i).path("matchLabelExpressions"),
                    "allowedTopologies[" + i + "].matchLabelExpressions",
                    checks);
        }
    }

    /** {@code ValidateTopologySelectorTerm}. */
    private static void topology(JsonNode expressions, String path, FieldChecks checks) {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < expressions.size(); i++) {
            JsonNode expression = expressions.path(i);
            String here = path + "[" + i + "]";
            Set<String> values = new HashSet<>();
            if (expression.path("values").isEmpty()) {
                checks.required(here + ".values", "");
            }
            for (int v = 0; v < expression.path("values").size(); v++) {
                String value = expression.path("values").path(v).asString("");
                if (!values.add(value)) {
                    checks.duplicate(here + ".values[" + v + "]", value);
                }
            }
            checks.qualified(text(expression, "key"), here + ".key");
            if (!keys.add(text(expression, "key"))) {
                checks.duplicate(here + ".key", text(expression, "key"));
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        for (String field : List.of("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")) {
            checks.immutable(object.path(field), old.path(field), field);
        }
    }
}
