package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.IntOrPercent;
import io.i2kit.apiserver.registry.core.PodTemplates;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Deployments: {@code pkg/registry/apps/deployment}, {@code pkg/apis/apps/v1/defaults.go} and {@code …/validation}. */
public final class DeploymentStrategy extends ReplicatedStrategy {
    private static final String RECREATE = "Recreate";
    private static final String ROLLING_UPDATE = "RollingUpdate";
    private static final String QUARTER = "25%";
    private static final int REVISION_HISTORY = 10;
    private static final int PROGRESS_DEADLINE_SECONDS = 600;

    @Override
    public void setDefaults(ObjectNode object) {
        super.setDefaults(object);
        ObjectNode spec = object.withObjectProperty("spec");
        ObjectNode strategy = spec.withObjectProperty("strategy");
        if (FieldChecks.text(strategy, "type").isEmpty()) {
            strategy.put("type", ROLLING_UPDATE);
        }
        if (FieldChecks.text(strategy, "type").equals(ROLLING_UPDATE)) {
            ObjectNode rolling = strategy.withObjectProperty("rollingUpdate");
            for (String field : List.of("maxUnavailable", "maxSurge")) {
                if (!rolling.has(field)) {
                    rolling.put(field, QUARTER);
                }
            }
        }
        if (!spec.has("revisionHistoryLimit")) {
            spec.put("revisionHistoryLimit", REVISION_HISTORY);
        }
        if (!spec.has("progressDeadlineSeconds")) {
            spec.put("progressDeadlineSeconds", PROGRESS_DEADLINE_SECONDS);
        }
    }

    /** A changed annotation counts as a change too. */
    @Override
    protected boolean specChanged(ObjectNode object, ObjectNode old) {
        return super.specChanged(object, old)
                || !Json.same(
                        object.path("metadata").path("annotations"),
                        old.path("metadata").path("annotations"));
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        checks.nonNegative(spec, "replicas", "spec");
        validateSelected(spec, errors);
        strategy(spec.path("strategy"), checks);
        for (String field : List.of("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")) {
            checks.nonNegative(spec, field, "spec");
        }
        JsonNode deadline = spec.path("progressDeadlineSeconds");
        if (deadline.isNumber()
                && deadline.asLong() <= spec.path("minReadySeconds").asLong(0)) {
            checks.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
        PodTemplates.refuseUnserved(object, errors);
    }

    private static void strategy(JsonNode strategy, FieldChecks checks) {
        String path = "spec.strategy";
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (FieldChecks.text(strategy, "type")) {
            case RECREATE -> {
                if (strategy.has("rollingUpdate")) {
                    checks.forbidden(
                            path + ".rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case ROLLING_UPDATE -> {
                IntOrPercent.validate(rolling.path("maxUnavailable"), path + ".rollingUpdate.maxUnavailable", checks);
                IntOrPercent.validate(rolling.path("maxSurge"), path + ".rollingUpdate.maxSurge", checks);
                if (IntOrPercent.value(rolling.path("maxUnavailable")) == 0
                        && IntOrPercent.value(rolling.path("maxSurge")) == 0) {
                    checks.invalid(
                            path + ".rollingUpdate.maxUnavailable",
                            rolling.path("maxUnavailable"),
                            "may not be 0 when `maxSurge` is 0");
                }
                IntOrPercent.atMost100(rolling.path("maxUnavailable"), path + ".rollingUpdate.maxUnavailable", checks);
            }
            default -> {
                ObjectNode shown = Json.object().put("Type", FieldChecks.text(strategy, "type"));
                shown.set("RollingUpdate", IntOrPercent.goStyle(strategy.path("rollingUpdate")));
                checks.notSupported(path, shown, List.of(RECREATE, ROLLING_UPDATE));
            }
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        validateCounts(
                object, List.of("updatedReplicas", "readyReplicas", "availableReplicas"), "status.replicas", errors);
        checks.nonNegative(object.path("status"), "unavailableReplicas", "status");
        checks.nonNegative(object.path("status"), "collisionCount", "status");
        StatusRules.collisionsNeverFall(object, old, checks);
    }
}
