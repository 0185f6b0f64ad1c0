package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** CSINodes: {@code pkg/registry/storage/csinode/strategy.go} and {@code pkg/apis/storage/validation}. */
final class CsiNodeStrategy implements RestStrategy {
    private static final int MAX_NODE_ID = 256;

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode drivers = object.path("spec").path("drivers");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < drivers.size(); i++) {
            driver(drivers.path(i), "spec.drivers[" + i + "]", names, checks);
        }
    }

    private static void driver(JsonNode driver, String path, Set<String> names, FieldChecks checks) {
        String name = FieldChecks.text(driver, "name");
        AttachmentRules.driverName(name, path + ".name", checks);
        String id = FieldChecks.text(driver, "nodeID");
        if (id.isEmpty()) {
            checks.required(path + ".nodeID", "");
        } else if (id.length() > MAX_NODE_ID) {
            checks.invalid(path + ".nodeID", id, "must be " + MAX_NODE_ID + " characters or less");
        }
        checks.nonNegative(driver.path("allocatable"), "count", path + ".allocatable");
        if (!names.add(name)) {
            checks.duplicate(path + ".name", name);
        }
        Set<String> keys = new HashSet<>();
        for (JsonNode key : driver.path("topologyKeys")) {
            if (key.asString("").isEmpty()) {
                checks.required(path, "");
            }
            if (!keys.add(key.asString(""))) {
                checks.duplicate(path, key.asString(""));
            }
            checks.qualified(key.asString(""), path);
        }
    }

    /** A driver that stays may change nothing but what it allots. */
    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        for (JsonNode before : old.path("spec").path("drivers")) {
            for (JsonNode driver : object.path("spec").path("drivers")) {
                if (FieldChecks.text(driver, "name").equals(FieldChecks.text(before, "name"))) {
                    new FieldChecks(errors)
                            .immutable(withoutAllocatable(driver), withoutAllocatable(before), "spec.drivers");
                }
            }
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static ObjectNode withoutAllocatable(JsonNode driver) {
        ObjectNode shown = Json.object()
                .put("Name", FieldChecks.text(driver, "name"))
                .put("NodeID", FieldChecks.text(driver, "nodeID"));
        shown.set("TopologyKeys", driver.get("topologyKeys"));
        return shown.putNull("Allocatable");
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
