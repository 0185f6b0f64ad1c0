package io.i2kit.apiserver.registry.storage;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        handwritten(object, checks);
        needsProvisioner(object, checks);
    }

    /** A declarative rule of upstream's: those come last. */
    private static void needsProvisioner(ObjectNode object, FieldChecks checks) {
        if (text(object, "provisioner").isEmpty()) {
            checks.required("provisioner", "");
        }
    }

    private static void handwritten(ObjectNode object, FieldChecks checks) {
        if (!text(object, "provisioner").isEmpty()) {
            ClassRules.driver(object, "provisioner", checks);
        }
        ClassRules.parameters(object.path("parameters"), true, checks);
        String policy = text(object, "reclaimPolicy");
        if (!policy.isEmpty() && !RECLAIM_POLICIES.contains(policy)) {
            checks.notSupported("reclaimPolicy", object.path("reclaimPolicy"), RECLAIM_POLICIES);
        }
        if (!BINDING_MODES.contains(text(object, "volumeBindingMode"))) {
            checks.notSupported("volumeBindingMode", object.path("volumeBindingMode"), BINDING_MODES);
        }
        // Upstream compares with an empty one, too.
        Set<Map<String, Set<String>>> seen = new HashSet<>(Set.of(Map.of()));
        for (int i = 0; i < object.path("allowedTopologies").size(); i++) {
            String path = "allowedTopologies[" + i + "].matchLabelExpressions";
            JsonNode term = object.path("allowedTopologies").path(i);
            if (!seen.add(topology(term.path("matchLabelExpressions"), path, checks))) {
                checks.duplicate(path, "");
            }
        }
    }

    /**
     * {@code ValidateTopologySelectorTerm}.
     *
     * @return the values by their keys
     */
    private static Map<String, Set<String>> topology(JsonNode expressions, String path, FieldChecks checks) {
        Map<String, Set<String>> all = new HashMap<>();
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
            if (all.put(text(expression, "key"), values) != null) {
                checks.duplicate(here + ".key", text(expression, "key"));
            }
        }
        return all;
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        handwritten(object, checks);
        needsProvisioner(object, checks);
        for (String field : List.of("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode")) {
            checks.frozen(object.path(field), old.path(field), field);
        }
    }
}
