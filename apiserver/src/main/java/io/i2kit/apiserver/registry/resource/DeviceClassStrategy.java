package io.i2kit.apiserver.registry.resource;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.ResourceNameRules;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** DeviceClasses: {@code pkg/registry/resource/deviceclass/strategy.go}. */
final class DeviceClassStrategy extends SpecStrategy {
    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        DeviceRules rules = new DeviceRules(checks);
        JsonNode spec = object.path("spec");
        rules.selectors(spec.path("selectors"), "spec.selectors");
        rules.configurations(spec.path("config"), "spec.config", null);
        String extended = text(spec, "extendedResourceName");
        if (spec.has("extendedResourceName") && !ResourceNameRules.isExtended(extended)) {
            checks.invalid("spec.extendedResourceName", extended, "must be a valid extended resource name");
        }
    }
}
