package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** CSIStorageCapacities: {@code pkg/registry/storage/csistoragecapacity} and {@code pkg/apis/storage/validation}. */
final class StorageCapacityStrategy implements RestStrategy {
    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        checks.selector(object.path("nodeTopology"), "nodeTopology");
        String type = FieldChecks.text(object, "storageClassName");
        Names.dns1123Subdomain(type, false, problem -> checks.invalid("storageClassName", type, problem));
        JsonNode capacity = object.path("capacity");
        if (!capacity.isMissingNode() && Quantity.parse(capacity.asString("0")).sign() < 0) {
            checks.invalid("capacity", capacity, "must be greater than or equal to 0");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        FieldChecks checks = new FieldChecks(errors);
        for (String field : List.of("nodeTopology", "storageClassName")) {
            checks.immutable(object.path(field), old.path(field), field);
        }
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }
}
