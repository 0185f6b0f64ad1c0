package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.deployment.ReplicaSets.Found;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a Deployment's status says ({@code sync.go}, {@code progress.go}). */
final class RolloutStatus {
    private final Pass pass;

    RolloutStatus(Pass pass) {
        this.pass = pass;
    }

    /** {@code syncDeploymentStatus}: counts and availability, no judgement of progress. */
    Result syncCounts(Found found) {
        write(calculate(found));
        return Result.DONE;
    }

    /** {@code syncRolloutStatus}: also whether the rollout goes on, is complete, or is stuck. */
    Result syncRollout(Found found) {
        DeploymentView deployment = pass.deployment();
        ObjectNode status = calculate(found);
        if (deployment.progressDeadlineSeconds() == null) {
            Conditions.remove(status, Conditions.PROGRESSING);
        } else if (!wasComplete(status)) {
            judgeProgress(status, found.newest());
        }
        ObjectNode failure = failure(found);
        if (failure == null) {
            Conditions.remove(status, Conditions.REPLICA_FAILURE);
        } else {
            Conditions.set(status, failure);
        }
        return write(status) ? Result.DONE : untilDeadline(status);
    }

    private ObjectNode calculate(Found found) {
        DeploymentView deployment = pass.deployment();
        List<ReplicaSetView> all = found.all();
        int available = ReplicaSetView.totalAvailable(all);
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        putCount(status, "observedGeneration", Math.toIntExact(deployment.generation()));
        putCount(status, "replicas", ReplicaSetView.totalActual(all));
        putCount(
                status,
                "updatedReplicas",
                found.newest() == null ? 0 : found.newest().counts().actual());
        putCount(status, "readyReplicas", ReplicaSetView.totalReady(all));
        putCount(status, "availableReplicas", available);
        putCount(status, "unavailableReplicas", Math.max(0, ReplicaSetView.totalReplicas(all) - available));
        Integer terminating = terminating(all);
        if (terminating != null) {
            status.put("terminatingReplicas", terminating);
        }
        JsonNode conditions = deployment.status().get("conditions");
        if (conditions != null) {
            status.set("conditions", conditions.deepCopy());
        }
        if (deployment.collisionCount() != null) {
            status.set("collisionCount", deployment.status().path("collisionCount"));
        }
        boolean enough = available >= deployment.limits().leastAvailable();
        Conditions.set(
                status,
                Conditions.create(
                        Conditions.AVAILABLE,
                        enough ? "True" : "False",
                        enough ? Conditions.MINIMUM_AVAILABLE : Conditions.MINIMUM_UNAVAILABLE,
                        enough
                                ? "Deployment has minimum availability."
                                : "Deployment does not have minimum availability.",
                        pass.now()));
        return status;
    }

    /** As Go writes them: a zero is left out. */
    private static void putCount(ObjectNode status, String field, int count) {
        if (count != 0) {
            status.put(field, count);
        }
    }

    /** Null when a ReplicaSet that was looked at does not count them. */
    private static @Nullable Integer terminating(List<ReplicaSetView> all) {
        int sum = 0;
        for (ReplicaSetView set : all) {
            Integer count = set.counts().terminating();
            if (count == null && set.counts().observedGeneration() != 0) {
                return null;
            }
            sum += count == null ? 0 : count;
        }
        return sum;
    }

    private boolean wasComplete(ObjectNode status) {
        JsonNode progressing = Conditions.find(pass.deployment().status(), Conditions.PROGRESSING);
        return count(status, "replicas") == count(status, "updatedReplicas")
                && Conditions.reason(progressing).equals(Conditions.NEW_REPLICA_SET_AVAILABLE);
    }

    private void judgeProgress(ObjectNode status, @Nullable ReplicaSetView newest) {
        String what = newest == null
                ? "Deployment \"" + pass.deployment().name() + "\""
                : "ReplicaSet \"" + newest.key().name() + "\"";
        if (complete(status)) {
            set(status, "True", Conditions.NEW_REPLICA_SET_AVAILABLE, what + " has successfully progressed.");
        } else if (progresses(status)) {
            JsonNode present = Conditions.find(pass.deployment().status(), Conditions.PROGRESSING);
            ObjectNode condition = Conditions.create(
                    Conditions.PROGRESSING,
                    "True",
                    Conditions.REPLICA_SET_UPDATED,
                    what + " is progressing.",
                    pass.now());
            if (present != null && present.path("status").asString("").equals("True")) {
                condition.set("lastTransitionTime", present.path("lastTransitionTime"));
            }
            // Unlike other conditions this one is renewed with the same reason: the deadline counts from its update
            // time.
            Conditions.remove(status, Conditions.PROGRESSING);
            Conditions.set(status, condition);
        } else if (timedOut(status)) {
            set(status, "False", Conditions.DEADLINE_EXCEEDED, what + " has timed out progressing.");
        }
    }

    private void set(ObjectNode status, String value, String reason, String message) {
        Conditions.set(status, Conditions.create(Conditions.PROGRESSING, value, reason, message, pass.now()));
    }

    /** {@code DeploymentComplete}: all wanted Pods are new and available, and no old one runs. */
    boolean complete(JsonNode status) {
        DeploymentView deployment = pass.deployment();
        int wanted = deployment.limits().replicas();
        return count(status, "updatedReplicas") == wanted
                && count(status, "replicas") == wanted
                && count(status, "availableReplicas") == wanted
                && status.path("observedGeneration").asLong(0) >= deployment.generation();
    }

    /** {@code DeploymentProgressing}: more new, ready or available Pods, or fewer old ones than before. */
    private boolean progresses(JsonNode status) {
        JsonNode before = pass.deployment().status();
        int oldBefore = count(before, "replicas") - count(before, "updatedReplicas");
        int oldNow = count(status, "replicas") - count(status, "updatedReplicas");
        return count(status, "updatedReplicas") > count(before, "updatedReplicas")
                || oldNow < oldBefore
                || count(status, "readyReplicas") > count(before, "readyReplicas")
                || count(status, "availableReplicas") > count(before, "availableReplicas");
    }

    /** {@code DeploymentTimedOut}. */
    private boolean timedOut(JsonNode status) {
        JsonNode progressing = Conditions.find(status, Conditions.PROGRESSING);
        Integer deadline = pass.deployment().progressDeadlineSeconds();
        if (progressing == null
                || deadline == null
                || Conditions.reason(progressing).equals(Conditions.NEW_REPLICA_SET_AVAILABLE)) {
            return false;
        }
        return Conditions.reason(progressing).equals(Conditions.DEADLINE_EXCEEDED)
                || updated(progressing).plusSeconds(deadline).isBefore(pass.now());
    }

    /** {@code requeueStuckDeployment}: comes back when the deadline will have passed. */
    private Result untilDeadline(ObjectNode status) {
        JsonNode progressing = Conditions.find(pass.deployment().status(), Conditions.PROGRESSING);
        Integer deadline = pass.deployment().progressDeadlineSeconds();
        if (progressing == null
                || deadline == null
                || complete(status)
                || Conditions.reason(progressing).equals(Conditions.DEADLINE_EXCEEDED)) {
            return Result.DONE;
        }
        Duration left = Duration.between(pass.now(), updated(progressing).plusSeconds(deadline));
        // A second more, as times are kept in whole seconds.
        return left.compareTo(Duration.ofSeconds(1)) < 0
                ? Result.retry("the progress deadline is near")
                : Result.after(left.plusSeconds(1));
    }

    private static Instant updated(JsonNode condition) {
        return Instant.parse(condition.path("lastUpdateTime").asString(""));
    }

    /** {@code getReplicaFailures}: the new ReplicaSet's failure counts before those of old ones. */
    private static @Nullable ObjectNode failure(Found found) {
        ObjectNode first = found.newest() == null ? null : failureOf(found.newest());
        if (first != null) {
            return first;
        }
        for (ReplicaSetView set : found.old()) {
            ObjectNode failure = failureOf(set);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    private static @Nullable ObjectNode failureOf(ReplicaSetView set) {
        JsonNode condition = Conditions.find(set.tree().path("status"), Conditions.REPLICA_FAILURE);
        return condition == null ? null : Conditions.ofReplicaSet(condition);
    }

    private boolean write(ObjectNode status) {
        if (PodTemplates.canonical(status)
                .equals(PodTemplates.canonical(pass.deployment().status()))) {
            return false;
        }
        pass.updateStatus(object -> object.set("status", status));
        return true;
    }

    private static int count(JsonNode status, String field) {
        return status.path(field).asInt(0);
    }
}
