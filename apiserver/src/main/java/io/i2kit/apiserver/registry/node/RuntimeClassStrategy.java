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
        handwritten(object, checks);
        handler(object, checks);
    }

    private static void handler(ObjectNode object, FieldChecks checks) {
        String handler = FieldChecks.text(object, "handler");
        if (handler.isEmpty()) {
            checks.required("handler", "");
        } else {
            checks.label(handler, "handler");
        }
    }

    private static void handwritten(ObjectNode object, FieldChecks checks) {
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
                checks.duplicate(path + "[" + i + "]", goStyle(each));
            }
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static ObjectNode goStyle(JsonNode toleration) {
        ObjectNode shown = Json.object()
                .put("Key", FieldChecks.text(toleration, "key"))
                .put("Operator", FieldChecks.text(toleration, "operator"))
                .put("Value", FieldChecks.text(toleration, "value"))
                .put("Effect", FieldChecks.text(toleration, "effect"));
        shown.set("TolerationSeconds", toleration.get("tolerationSeconds"));
        return shown;
    }

    /** The rules of the handler are declarative ones of upstream's, which come last; a changed one is all there is to say of it. */
    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        String handler = FieldChecks.text(object, "handler");
        if (!handler.isEmpty()) {
            checks.label(handler, "handler");
        }
        handwritten(object, checks);
        checks.frozen(object.path("handler"), old.path("handler"), "handler");
        if (handler.isEmpty()) {
            checks.required("handler", "");
        }
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
