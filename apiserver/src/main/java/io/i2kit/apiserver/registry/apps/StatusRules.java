package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.core.FieldChecks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/** Rules that the statuses of workloads share. */
final class StatusRules {
    private StatusRules() {}

    /** {@code collisionCount} makes names: it never falls. */
    static void collisionsNeverFall(JsonNode object, JsonNode old, FieldChecks checks) {
        JsonNode collisions = object.path("status").path("collisionCount");
        if (old.path("status").path("collisionCount").asLong(0) > collisions.asLong(0)) {
            JsonNode shown = collisions.isMissingNode() ? new IntNode(0) : collisions;
            checks.invalid("status.collisionCount", shown, "cannot be decremented");
        }
    }
}
