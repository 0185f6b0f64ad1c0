package io.i2kit.apiserver.registry.scheduling;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** PriorityClasses: {@code pkg/registry/scheduling/priorityclass/strategy.go} and {@code pkg/apis/scheduling/validation}. */
final class PriorityClassStrategy implements RestStrategy {
    private static final long HIGHEST = 1_000_000_000;
    private static final String SYSTEM = "system-";

    @Override
    public void setDefaults(ObjectNode object) {
        if (!object.has("preemptionPolicy")) {
            object.put("preemptionPolicy", "PreemptLowerPriority");
        }
        if (!object.has("value")) {
            object.put("value", 0);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        Meta.setGeneration(object, 1);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        String name = Meta.name(object);
        if (name.startsWith(SYSTEM)) {
            String fault = systemFault(object, name);
            if (!fault.isEmpty()) {
                checks.forbidden(
                        "metadata.name",
                        "priority class names with '" + SYSTEM + "' prefix are reserved for system use only. error: "
                                + fault);
            }
        } else if (object.path("value").asLong(0) > HIGHEST) {
            checks.forbidden("value", "maximum allowed value of a user defined priority is " + HIGHEST);
        }
        JsonNode policy = object.path("preemptionPolicy");
        List<String> supported = List.of("PreemptLowerPriority", "Never");
        if (policy.asString("").isEmpty()) {
            checks.required("preemptionPolicy", "");
        } else if (!supported.contains(policy.asString())) {
            checks.notSupported("preemptionPolicy", policy, supported);
        }
    }

    /** {@code IsKnownSystemPriorityClass}. */
    private static String systemFault(JsonNode object, String name) {
        Map<String, Long> known = SystemPriorityClasses.VALUES;
        Long value = known.get(name);
        if (value == null) {
            return name + " is not a known system priority class";
        }
        if (object.path("value").asLong(0) != value) {
            return "value of " + name + " PriorityClass must be " + value;
        }
        return object.path("globalDefault").asBoolean(false)
                ? "globalDefault of " + name + " PriorityClass must be false"
                : "";
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        if (!Json.same(object.path("value"), old.path("value"))) {
            checks.forbidden("value", "may not be changed in an update.");
        }
        checks.immutable(object.path("preemptionPolicy"), old.path("preemptionPolicy"), "preemptionPolicy");
    }
}
