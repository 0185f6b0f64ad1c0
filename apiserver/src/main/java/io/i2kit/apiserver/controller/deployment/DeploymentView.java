package io.i2kit.apiserver.controller.deployment;

import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.FieldPaths;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A Deployment as the controller reads it. The tree is not changed: see {@link #copy}. */
record DeploymentView(ObjectKey key, ObjectNode tree) {
    static final String API_VERSION = "apps/v1";
    static final String KIND = "Deployment";

    String name() {
        return key.name();
    }

    String uid() {
        return FieldPaths.text(tree, "metadata.uid");
    }

    String resourceVersion() {
        return FieldPaths.text(tree, "metadata.resourceVersion");
    }

    long generation() {
        return tree.path("metadata").path("generation").asLong(0);
    }

    boolean deleting() {
        return !FieldPaths.text(tree, "metadata.deletionTimestamp").isEmpty();
    }

    boolean paused() {
        return spec().path("paused").asBoolean(false);
    }

    int minReadySeconds() {
        return spec().path("minReadySeconds").asInt(0);
    }

    ObjectSelector selector() {
        return ObjectSelector.of(spec().path("selector"));
    }

    JsonNode template() {
        return spec().path("template");
    }

    JsonNode spec() {
        return tree.path("spec");
    }

    Map<String, String> annotations() {
        return Annotations.of(tree);
    }

    Limits limits() {
        int replicas = spec().path("replicas").asInt(1);
        JsonNode strategy = spec().path("strategy");
        if (!strategy.path("type").asString("RollingUpdate").equals("RollingUpdate")) {
            return Limits.recreate(replicas);
        }
        JsonNode rolling = strategy.path("rollingUpdate");
        return Limits.rolling(replicas, rolling.path("maxSurge"), rolling.path("maxUnavailable"));
    }

    /** Seconds without progress after which the rollout is said to be stuck; null for never. */
    @Nullable
    Integer progressDeadlineSeconds() {
        return limited("progressDeadlineSeconds");
    }

    /** How many old ReplicaSets are kept; null for all. */
    @Nullable
    Integer historyLimit() {
        return limited("revisionHistoryLimit");
    }

    /** The status, never null; not to be changed. */
    ObjectNode status() {
        return tree.path("status") instanceof ObjectNode status ? status : JsonNodeFactory.instance.objectNode();
    }

    @Nullable
    Integer collisionCount() {
        JsonNode count = status().path("collisionCount");
        return count.isNumber() ? count.asInt() : null;
    }

    /** The revision that the deprecated annotation asks to go back to (0: the last one), or null. */
    @Nullable
    Long rollbackTo() {
        try {
            return Long.valueOf(annotations().getOrDefault(Annotations.ROLLBACK_TO, ""));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    OwnerReference asController() {
        return OwnerReference.controllerOf(API_VERSION, KIND, name(), uid());
    }

    ObjectNode copy() {
        return tree.deepCopy();
    }

    /** The greatest 32-bit number means: none. */
    private @Nullable Integer limited(String field) {
        JsonNode value = spec().path(field);
        return value.isNumber() && value.asInt() != Integer.MAX_VALUE ? value.asInt() : null;
    }
}
