package io.i2kit.apiserver.registry.coordination;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Leases: {@code pkg/registry/coordination/lease/strategy.go} and {@code pkg/apis/coordination/validation}. */
final class LeaseStrategy implements RestStrategy {
    /** Fields of coordinated leader election, which is off. */
    private static final List<String> COORDINATED = List.of("strategy", "preferredHolder");

    @Override
    public void prepareForCreate(ObjectNode object) {
        if (object.get("spec") instanceof ObjectNode spec) {
            spec.remove(COORDINATED);
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        prepareForCreate(object);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode seconds = object.path("spec").path("leaseDurationSeconds");
        if (seconds.isNumber() && seconds.asLong() <= 0) {
            checks.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0");
        }
        checks.nonNegative(object.path("spec"), "leaseTransitions", "spec");
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
