package io.i2kit.apiserver.registry;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules that kinds with {@code spec} and {@code status} share: a client writes the spec, the status goes through
 * {@code /status}, and {@code metadata.generation} counts the changes of the spec.
 */
public class SpecStrategy implements RestStrategy {
    @Override
    public void prepareForCreate(ObjectNode object) {
        object.remove("status");
        Meta.setGeneration(object, 1);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        keep(object, old, "status");
        if (specChanged(object, old)) {
            Meta.setGeneration(object, Meta.generation(old) + 1);
        }
    }

    /** Whether an update is one that the generation counts. */
    protected boolean specChanged(ObjectNode object, ObjectNode old) {
        return !Json.same(object.path("spec"), old.path("spec"));
    }

    /** Sets a top-level field back to what was stored. */
    protected static void keep(ObjectNode object, ObjectNode old, String field) {
        JsonNode stored = old.get(field);
        if (stored == null) {
            object.remove(field);
        } else {
            object.set(field, stored.deepCopy());
        }
    }
}
