package io.i2kit.apiserver.registry.node;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.ResourceValidation;
import io.i2kit.apiserver.registry.core.SchedulingValidation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** RuntimeClasses: {@code pkg/registry/node/runtimeclass/strategy.go} and {@code pkg/apis/node/validation}. */
final class RuntimeClassStrategy implements RestStrategy {
    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        String handler = FieldChecks.text(object, "handler");
        if (handler.isEmpty()) {
            checks.required("handler", "");
        } else {
            checks.label(handler, "handler");
        }
        if (object.has("overhead")) {
            ObjectNode limits = Json.object();
            limits.set("limits", object.path("overhead").path("podFixed"));
            ResourceValidation.requirements(checks, limits, "overhead");
        }
        JsonNode scheduling = object.path("scheduling");
        checks.labels(scheduling.path("nodeSelector"), "scheduling.nodeSelector");
        tolerations(scheduling.path("tolerations"), checks);
    }

    private static void tolerations(JsonNode tolerations, FieldChecks checks) {
        String path = "scheduling.tolerations";
        new SchedulingValidation(checks).tolerations(tolerations, path);
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < tolerations.size(); i++) {
            JsonNode each = tolerations.path(i);
            List<String> key = List.of(
                    FieldChecks.text(each, "key"),
                    FieldChecks.text(each, "operator"),
                    FieldChecks.text(each, "value"),
                    FieldChecks.text(each, "effect"));
            if (!seen.add(key)) {
                checks.duplicate(path + "[" + i + "]", each);
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new FieldChecks(errors).immutable(object.path("handler"), old.path("handler"), "handler");
    }
}
