package io.i2kit.apiserver.registry.networking;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.ReferenceRules;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** IngressClasses: {@code pkg/registry/networking/ingressclass/strategy.go} and {@code pkg/apis/networking/validation}. */
final class IngressClassStrategy extends SpecStrategy {
    private static final int MAX_CONTROLLER = 250;

    @Override
    public void setDefaults(ObjectNode object) {
        if (object.path("spec").get("parameters") instanceof ObjectNode parameters && !parameters.has("scope")) {
            parameters.put("scope", "Cluster");
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        String controller = text(object.path("spec"), "controller");
        if (controller.length() > MAX_CONTROLLER) {
            checks.tooLong("spec.controller", MAX_CONTROLLER);
        }
        ReferenceRules.domainPrefixedPath(checks, controller, "spec.controller");
        if (object.path("spec").has("parameters")) {
            parameters(object.path("spec").path("parameters"), checks);
        }
    }

    private static void parameters(JsonNode parameters, FieldChecks checks) {
        String path = "spec.parameters";
        if (parameters.has("apiGroup")) {
            checks.subdomain(text(parameters, "apiGroup"), path + ".apiGroup");
        }
        ReferenceRules.kindAndName(checks, parameters, path);
        switch (text(parameters, "scope")) {
            case "Cluster" -> {
                if (parameters.has("namespace")) {
                    checks.forbidden(path + ".namespace", "`parameters.scope` is set to 'Cluster'");
                }
            }
            case "Namespace" -> {
                if (parameters.has("namespace")) {
                    checks.label(text(parameters, "namespace"), path + ".namespace");
                } else {
                    checks.required(path + ".namespace", "`parameters.scope` is set to 'Namespace'");
                }
            }
            default -> checks.notSupported(path + ".scope", parameters.path("scope"), List.of("Cluster", "Namespace"));
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new FieldChecks(errors).sameText(object.path("spec"), old.path("spec"), "controller", "spec");
        validate(object, errors);
    }
}
