package io.i2kit.apiserver.registry.flowcontrol;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** FlowSchemas: {@code pkg/registry/flowcontrol/flowschema/strategy.go} and {@code pkg/apis/flowcontrol/validation}. */
final class FlowSchemaStrategy extends FlowStrategy {
    private static final int DEFAULT_PRECEDENCE = 1000;
    private static final int LAST_PRECEDENCE = 10_000;
    private static final List<String> METHODS = List.of("ByNamespace", "ByUser");

    @Override
    public void setDefaults(ObjectNode object) {
        fill(object.withObject("spec"), "matchingPrecedence", DEFAULT_PRECEDENCE, true);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        precedence(Meta.name(object), spec.path("matchingPrecedence"), checks);
        method(spec.path("distinguisherMethod"), checks);
        String level = text(spec.path("priorityLevelConfiguration"), "name");
        if (level.isEmpty()) {
            checks.required("spec.priorityLevelConfiguration.name", "must reference a priority level");
        } else {
            checks.subdomain(level, "spec.priorityLevelConfiguration.name");
        }
        for (int i = 0; i < spec.path("rules").size(); i++) {
            FlowRules.rule(spec.path("rules").path(i), "spec.rules[" + i + "]", checks);
        }
        ObjectNode fixed = FlowBootstrap.mandatorySchema(Meta.name(object));
        if (fixed != null && !Json.same(spec, fixed.path("spec"))) {
            checks.invalid("spec", spec, "spec of '" + Meta.name(object) + "' must equal the fixed value");
        }
        conditions(object, checks);
    }

    private static void precedence(String name, JsonNode value, FieldChecks checks) {
        String path = "spec.matchingPrecedence";
        long precedence = value.asLong(0);
        if (precedence <= 0) {
            checks.invalid(path, value, "must be a positive value");
        }
        if (precedence > LAST_PRECEDENCE) {
            checks.invalid(path, value, "must not be greater than " + LAST_PRECEDENCE);
        }
        if (precedence == 1 && !name.equals("exempt")) {
            checks.invalid(path, value, "only the schema named 'exempt' may have matchingPrecedence 1");
        }
    }

    private static void method(JsonNode method, FieldChecks checks) {
        boolean given = !method.isMissingNode() && !method.isNull();
        if (given && !METHODS.contains(text(method, "type"))) {
            ObjectNode shown = Json.object().put("Type", text(method, "type"));
            checks.notSupported("spec.distinguisherMethod.type", shown, METHODS);
        }
    }
}
