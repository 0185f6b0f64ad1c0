package io.i2kit.apiserver.controller.pod;

import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.translator.Annotations;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the machine side looks at of a Pod.
 *
 * @param owner whose machines it uses: its ReplicaSet, or itself
 * @param ownerUid of that object
 * @param deleting whether its deletion has begun
 * @param graceSeconds of the deletion
 * @param finished whether its phase is final
 * @param gated whether it must not be started yet
 * @param node that it is assigned to, or empty
 * @param instance id of the machine that it is bound to, or empty
 * @param group of that machine, or empty
 * @param generation of the spec
 */
record PodView(
        ObjectKey key,
        String uid,
        ObjectKey owner,
        String ownerUid,
        Instant created,
        boolean deleting,
        long graceSeconds,
        boolean finished,
        boolean gated,
        String node,
        String instance,
        String group,
        long generation) {
    static final String PODS = "pods";
    static final String REPLICA_SETS = "apps/replicasets";

    static PodView of(StoredObject object) {
        JsonNode pod = JsonMapper.shared().readTree(object.json());
        JsonNode metadata = pod.path("metadata");
        JsonNode annotations = metadata.path("annotations");
        String uid = FieldPaths.text(metadata, "uid");
        JsonNode controller = controllerOf(metadata);
        boolean replica = FieldPaths.text(controller, "kind").equals("ReplicaSet");
        String phase = FieldPaths.text(pod, "status.phase");
        return new PodView(
                object.key(),
                uid,
                replica
                        ? new ObjectKey(REPLICA_SETS, object.key().namespace(), FieldPaths.text(controller, "name"))
                        : object.key(),
                replica ? FieldPaths.text(controller, "uid") : uid,
                time(FieldPaths.text(metadata, "creationTimestamp")),
                !FieldPaths.text(metadata, "deletionTimestamp").isEmpty(),
                metadata.path("deletionGracePeriodSeconds").asLong(0),
                phase.equals("Succeeded") || phase.equals("Failed"),
                !pod.path("spec").path("schedulingGates").isEmpty(),
                FieldPaths.text(pod, "spec.nodeName"),
                annotations.path(Annotations.INSTANCE_ID).asString(""),
                annotations.path(Annotations.INSTANCE_GROUP).asString(""),
                metadata.path("generation").asLong(0));
    }

    boolean bound() {
        return !instance.isEmpty();
    }

    /** Waits for a machine. */
    boolean unbound() {
        return instance.isEmpty() && !deleting && !finished && !gated;
    }

    private static JsonNode controllerOf(JsonNode metadata) {
        for (JsonNode reference : metadata.path("ownerReferences")) {
            if (reference.path("controller").asBoolean(false)) {
                return reference;
            }
        }
        return metadata.path("none");
    }

    private static Instant time(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
