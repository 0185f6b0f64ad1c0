package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.quoted;
import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /ephemeralcontainers} of Pods: {@code podEphemeralContainersStrategy} of {@code pkg/registry/core/pod/strategy.go} and
 * {@code ValidatePodEphemeralContainersUpdate}. Containers are only ever added.
 */
final class PodEphemeralContainers {
    private static final String FIELD = "ephemeralContainers";
    private static final String PATH = "spec." + FIELD;

    private PodEphemeralContainers() {}

    /** {@code dropNonEphemeralContainerUpdates}. */
    static void keepTheRest(ObjectNode object, ObjectNode old) {
        JsonNode containers = object.path("spec").path(FIELD);
        if (old.path("spec").deepCopy() instanceof ObjectNode kept) {
            if (containers.isEmpty()) {
                kept.remove(FIELD);
            } else {
                kept.set(FIELD, containers);
            }
            object.set("spec", kept);
        }
    }

    /** Whether the Pod can have none; then that is all there is to say. */
    static boolean isImpossible(JsonNode old, FieldChecks checks) {
        boolean isStatic = old.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
        if (isStatic) {
            checks.forbidden("", "static pods do not support ephemeral containers");
        }
        return isStatic;
    }

    static void validate(JsonNode spec, JsonNode old, FieldChecks checks) {
        Map<String, JsonNode> now = new HashMap<>();
        spec.path(FIELD).forEach(container -> now.put(text(container, "name"), container));
        for (JsonNode before : old.path(FIELD)) {
            String name = text(before, "name");
            JsonNode container = now.get(name);
            String which = "existing ephemeral containers " + quoted(name);
            if (container == null) {
                checks.forbidden(PATH, which + " may not be removed\n");
            } else if (!Json.same(before, container)) {
                checks.forbidden(PATH, which + " may not be changed\n- " + before + "\n+ " + container);
            }
        }
    }
}
