package io.i2kit.apiserver.controller.replicaset;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a ReplicaSet looks at of a Pod.
 *
 * @param controllerKind of the managing owner, or empty, as are name and uid
 * @param terminating whether its deletion has begun
 * @param phase empty until somebody wrote one
 * @param readySince transition time of a true Ready condition, or null
 * @param restarts the largest restart count of its containers
 * @param deletionCost {@code controller.kubernetes.io/pod-deletion-cost}, 0 when not given
 */
record ReplicaPod(
        ObjectKey key,
        String uid,
        Map<String, String> labels,
        String controllerKind,
        String controllerName,
        String controllerUid,
        boolean terminating,
        String phase,
        String nodeName,
        @Nullable Instant readySince,
        Instant created,
        int restarts,
        int deletionCost) {
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    ReplicaPod {
        labels = Map.copyOf(labels);
    }

    static ReplicaPod of(StoredObject object) {
        JsonNode pod = JsonMapper.shared().readTree(object.json());
        JsonNode metadata = pod.path("metadata");
        JsonNode controller = controllerOf(metadata);
        JsonNode status = pod.path("status");
        return new ReplicaPod(
                object.key(),
                FieldPaths.text(metadata, "uid"),
                ObjectSelector.texts(metadata.path("labels")),
                FieldPaths.text(controller, "kind"),
                FieldPaths.text(controller, "name"),
                FieldPaths.text(controller, "uid"),
                !FieldPaths.text(metadata, "deletionTimestamp").isEmpty(),
                FieldPaths.text(status, "phase"),
                FieldPaths.text(pod, "spec.nodeName"),
                readySince(status.path("conditions")),
                time(FieldPaths.text(metadata, "creationTimestamp"), Instant.EPOCH),
                restarts(status),
                cost(metadata.path("annotations").path(DELETION_COST).asString("")));
    }

    /** Neither ended nor being deleted ({@code controller.IsPodActive}). */
    boolean isActive() {
        return !terminating && !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    boolean isReady() {
        return readySince != null;
    }

    static JsonNode controllerOf(JsonNode metadata) {
        for (JsonNode reference : metadata.path("ownerReferences")) {
            if (reference.path("controller").asBoolean(false)) {
                return reference;
            }
        }
        return metadata.path("none");
    }

    private static @Nullable Instant readySince(JsonNode conditions) {
        for (JsonNode condition : conditions) {
            if (FieldPaths.text(condition, "type").equals("Ready")
                    && FieldPaths.text(condition, "status").equals("True")) {
                return time(FieldPaths.text(condition, "lastTransitionTime"), Instant.EPOCH);
            }
        }
        return null;
    }

    private static int restarts(JsonNode status) {
        int most = 0;
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonNode container : status.path(list)) {
                most = Math.max(most, container.path("restartCount").asInt(0));
            }
        }
        return most;
    }

    private static Instant time(String text, Instant otherwise) {
        try {
            return text.isEmpty() ? otherwise : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    /** An annotation that is no number counts as not given, as upstream decides. */
    private static int cost(String text) {
        try {
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
