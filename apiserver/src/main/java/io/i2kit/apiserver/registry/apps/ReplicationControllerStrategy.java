package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.PodTemplates;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * ReplicationControllers: {@code pkg/registry/core/replicationcontroller}, {@code pkg/apis/core/v1/defaults.go} and
 * {@code …/validation}. Their selector is a plain map that follows the template's labels when it is not given, and may change.
 */
final class ReplicationControllerStrategy extends ReplicatedStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        super.setDefaults(object);
        JsonNode labels = object.path("spec").path("template").path("metadata").path("labels");
        if (labels.isEmpty()) {
            return;
        }
        ObjectNode spec = object.withObjectProperty("spec");
        if (spec.path("selector").isEmpty()) {
            spec.set("selector", labels.deepCopy());
        }
        ObjectNode metadata = object.withObject("metadata");
        if (metadata.path("labels").isEmpty()) {
            metadata.set("labels", labels.deepCopy());
        }
    }

    /** A pointer in Go, unlike those of {@code apps/v1}: none is made. */
    @Override
    void setTemplateDefaults(ObjectNode spec) {
        if (spec.get("template") instanceof ObjectNode template) {
            PodTemplates.setDefaults(template);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status").put("replicas", 0);
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        checks.nonNegative(spec, "minReadySeconds", "spec");
        if (spec.path("selector").isEmpty()) {
            checks.required("spec.selector", "");
        }
        checks.nonNegative(spec, "replicas", "spec");
        if (!spec.has("template")) {
            checks.required("spec.template", "");
            return;
        }
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (!containsAll(labels, spec.path("selector"))) {
            checks.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        PodTemplates.validate(spec.path("template"), "spec.template", errors);
        PodTemplates.validateRunsAlways(spec.path("template"), "ReplicationController", checks);
        PodTemplates.refuseUnserved(object, errors);
    }

    private static boolean containsAll(JsonNode labels, JsonNode selector) {
        for (Map.Entry<String, JsonNode> label : selector.properties()) {
            if (!label.getValue().equals(labels.get(label.getKey()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validateCounts(
                object,
                List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
                "status.replicas",
                errors);
    }

    /** For compatibility with its first clients, which deleted the Pods themselves. */
    @Override
    public String defaultPropagation() {
        return "Orphan";
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
