package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.RestStrategy;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pkg/registry/core/node/strategy.go}. Nodes carry their status from the first write. */
final class NodeStrategy implements RestStrategy {
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
    public List<String> selectableFields() {
        return List.of("spec.unschedulable");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        return Boolean.toString(object.path("spec").path("unschedulable").asBoolean(false));
    }
}
