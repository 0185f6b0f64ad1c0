package io.i2kit.apiserver.controller.deployment;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The conditions of a Deployment's status, by the rules of {@code util/deployment_util.go}. */
final class Conditions {
    static final String PROGRESSING = "Progressing";
    static final String AVAILABLE = "Available";
    static final String REPLICA_FAILURE = "ReplicaFailure";

    static final String REPLICA_SET_UPDATED = "ReplicaSetUpdated";
    static final String REPLICA_SET_CREATE_ERROR = "ReplicaSetCreateError";
    static final String NEW_REPLICA_SET_CREATED = "NewReplicaSetCreated";
    static final String FOUND_NEW_REPLICA_SET = "FoundNewReplicaSet";
    static final String NEW_REPLICA_SET_AVAILABLE = "NewReplicaSetAvailable";
    static final String DEADLINE_EXCEEDED = "ProgressDeadlineExceeded";
    static final String PAUSED = "DeploymentPaused";
    static final String RESUMED = "DeploymentResumed";
    static final String MINIMUM_AVAILABLE = "MinimumReplicasAvailable";
    static final String MINIMUM_UNAVAILABLE = "MinimumReplicasUnavailable";

    private Conditions() {}

    /** @param status {@code True}, {@code False} or {@code Unknown} */
    static ObjectNode create(String type, String status, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode condition = JsonNodeFactory.instance.objectNode();
        condition.put("type", type).put("status", status);
        condition.put("lastUpdateTime", time).put("lastTransitionTime", time);
        condition.put("reason", reason).put("message", message);
        return condition;
    }

    /** A ReplicaSet's condition as a Deployment's. */
    static ObjectNode ofReplicaSet(JsonNode condition) {
        String time = condition.path("lastTransitionTime").asString("");
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.put("type", condition.path("type").asString(""))
                .put("status", condition.path("status").asString(""));
        copy.put("lastUpdateTime", time).put("lastTransitionTime", time);
        copy.put("reason", condition.path("reason").asString(""));
        copy.put("message", condition.path("message").asString(""));
        return copy;
    }

    static @Nullable JsonNode find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition;
            }
        }
        return null;
    }

    static String reason(@Nullable JsonNode condition) {
        return condition == null ? "" : condition.path("reason").asString("");
    }

    /** Unchanged when status and reason are as before; the transition time moves only with the status. */
    static void set(ObjectNode status, ObjectNode condition) {
        JsonNode present = find(status, condition.path("type").asString(""));
        if (present != null && present.path("status").equals(condition.path("status"))) {
            if (present.path("reason").equals(condition.path("reason"))) {
                return;
            }
            condition.set("lastTransitionTime", present.path("lastTransitionTime"));
        }
        remove(status, condition.path("type").asString(""));
        conditions(status).add(condition);
    }

    static void remove(ObjectNode status, String type) {
        if (status.get("conditions") instanceof ArrayNode conditions) {
            conditions.removeIf(condition -> condition.path("type").asString("").equals(type));
            if (conditions.isEmpty()) {
                status.remove("conditions");
            }
        }
    }

    private static ArrayNode conditions(ObjectNode status) {
        return status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
    }
}
