package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/node/strategy.go}. Nodes carry their status from the first write. */
final class NodeStrategy implements RestStrategy {
    @Override
    public void setDefaults(ObjectNode object) {
        if (object.get("spec") instanceof ObjectNode spec) {
            joinRanges(spec);
        }
        if (object.get("status") instanceof ObjectNode status && status.has("capacity") && !status.has("allocatable")) {
            status.set("allocatable", status.path("capacity").deepCopy());
        }
    }

    /** {@code Convert_v1_NodeSpec_To_core_NodeSpec} and back: the one range is the first of them, and counts where they differ. */
    private static void joinRanges(ObjectNode spec) {
        String one = FieldChecks.text(spec, "podCIDR");
        String first = spec.path("podCIDRs").path(0).asString("");
        if (one.isEmpty() && !first.isEmpty()) {
            spec.put("podCIDR", first);
        } else if (!one.equals(first)) {
            spec.putArray("podCIDRs").add(one);
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        JsonNode status = old.get("status");
        if (status == null) {
            object.remove("status");
        } else {
            object.set("status", status.deepCopy());
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new NodeValidation(object, new FieldChecks(errors)).validate();
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        NodeValidation validation = new NodeValidation(object, new FieldChecks(errors));
        validation.validate();
        validation.validateUpdate(old);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new NodeValidation(object, new FieldChecks(errors)).validateUpdate(old);
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec.unschedulable");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        return Boolean.toString(object.path("spec").path("unschedulable").asBoolean(false));
    }
}
