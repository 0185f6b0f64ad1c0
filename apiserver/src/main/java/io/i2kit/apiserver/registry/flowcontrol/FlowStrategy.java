package io.i2kit.apiserver.registry.flowcontrol;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What both kinds share: a status of conditions, through whose URL no metadata changes. */
abstract class FlowStrategy extends SpecStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status");
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode object, ObjectNode old) {
        super.prepareForStatusUpdate(object, old);
        Meta.keepWritable(old, object);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        conditions(object, new FieldChecks(errors));
    }

    /** {@code ValidateFlowSchemaStatus}. */
    static void conditions(ObjectNode object, FieldChecks checks) {
        JsonNode conditions = object.path("status").path("conditions");
        Set<String> types = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String path = "status.conditions[" + i + "].type";
            String type = text(conditions.path(i), "type");
            if (!types.add(type)) {
                checks.duplicate(path, type);
            }
            if (type.isEmpty()) {
                checks.required(path, "");
            }
        }
    }

    /** Fills in a number that is absent; zero counts as absent where upstream's field is no pointer. */
    static void fill(ObjectNode owner, String field, int value, boolean zeroIsAbsent) {
        JsonNode present = owner.path(field);
        boolean absent = present.isMissingNode() || present.isNull();
        if (absent || zeroIsAbsent && present.isNumber() && present.asLong() == 0) {
            owner.put(field, value);
        }
    }
}
