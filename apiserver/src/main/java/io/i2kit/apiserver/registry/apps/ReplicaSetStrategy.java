package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.PodTemplates;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ReplicaSets: {@code pkg/registry/apps/replicaset}, {@code pkg/apis/apps/v1/defaults.go} and {@code …/validation}. */
public final class ReplicaSetStrategy extends ReplicatedStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status").put("replicas", 0);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        JsonNode spec = object.path("spec");
        new FieldChecks(errors).nonNegative(spec, List.of("replicas", "minReadySeconds"), "spec");
        validateSelected(spec, errors);
        PodTemplates.refuseUnserved(object, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validateCounts(
                object, List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"), "replicas", errors);
    }

    @Override
    public List<String> selectableFields() {
        return List.of("status.replicas");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        String value = super.fieldValue(object, path);
        return value.isEmpty() ? "0" : value;
    }
}
