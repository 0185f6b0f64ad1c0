package io.i2kit.apiserver.registry.apps;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.IntOrPercent;
import io.i2kit.apiserver.registry.core.PodTemplates;
import io.i2kit.apiserver.registry.core.SelectorMatch;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * DaemonSets: {@code pkg/registry/apps/daemonset}, {@code pkg/apis/apps/v1/defaults.go} and {@code …/validation}. In
 * {@code apps/v1} the template's generation lives in an annotation ({@code pkg/apis/apps/v1/conversion.go}).
 */
final class DaemonSetStrategy extends SpecStrategy {
    private static final String ROLLING_UPDATE = "RollingUpdate";
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";
    private static final List<String> COUNTS = List.of(
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
            "observedGeneration",
            "updatedNumberScheduled",
            "numberAvailable",
            "numberUnavailable",
            "collisionCount");

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        ObjectNode strategy = spec.withObjectProperty("updateStrategy");
        if (text(strategy, "type").isEmpty()) {
            strategy.put("type", ROLLING_UPDATE);
        }
        if (text(strategy, "type").equals(ROLLING_UPDATE)) {
            ObjectNode rolling = strategy.withObjectProperty("rollingUpdate");
            if (!rolling.has("maxUnavailable")) {
                rolling.put("maxUnavailable", 1);
            }
            if (!rolling.has("maxSurge")) {
                rolling.put("maxSurge", 0);
            }
        }
        if (!spec.has("revisionHistoryLimit")) {
            spec.put("revisionHistoryLimit", 10);
        }
        PodTemplates.setDefaults(spec.withObjectProperty("template"));
        // It is a field of upstream's internal form: each writer has it.
        if (!Meta.of(object).path("annotations").has(TEMPLATE_GENERATION)) {
            setTemplateGeneration(object, 0);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status")
                .put("currentNumberScheduled", 0)
                .put("numberMisscheduled", 0)
                .put("desiredNumberScheduled", 0)
                .put("numberReady", 0);
        setTemplateGeneration(object, Math.max(templateGeneration(object), 1));
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        super.prepareForUpdate(object, old);
        boolean changed = !Json.same(
                object.path("spec").path("template"), old.path("spec").path("template"));
        setTemplateGeneration(object, templateGeneration(old) + (changed ? 1 : 0));
    }

    private static long templateGeneration(JsonNode object) {
        String text = object.path("metadata")
                .path("annotations")
                .path(TEMPLATE_GENERATION)
                .asString("");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static void setTemplateGeneration(ObjectNode object, long generation) {
        Meta.of(object).withObjectProperty("annotations").put(TEMPLATE_GENERATION, Long.toString(generation));
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        JsonNode selector = spec.path("selector");
        JsonNode template = spec.path("template");
        checks.selector(selector, "spec.selector");
        JsonNode labels = template.path("metadata").path("labels");
        if (SelectorMatch.isValid(selector) && !SelectorMatch.matches(selector, labels)) {
            checks.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        if (SelectorMatch.isEmpty(selector)) {
            checks.invalid("spec.selector", selector, "empty selector is invalid for daemonset");
        }
        PodTemplates.validate(template, "spec.template", errors);
        PodTemplates.validateRunsAlways(template, "DaemonSet", checks);
        checks.nonNegative(spec, "minReadySeconds", "spec");
        strategy(spec.path("updateStrategy"), checks);
        checks.nonNegative(spec, "revisionHistoryLimit", "spec");
    }

    private static void strategy(JsonNode strategy, FieldChecks checks) {
        String path = "spec.updateStrategy";
        switch (text(strategy, "type")) {
            case "OnDelete" -> {}
            case ROLLING_UPDATE -> rolling(strategy.path("rollingUpdate"), path + ".rollingUpdate", checks);
            default -> {
                ObjectNode shown = Json.object().put("Type", text(strategy, "type"));
                shown.set("RollingUpdate", IntOrPercent.goStyle(strategy.path("rollingUpdate")));
                checks.notSupported(path, shown, List.of(ROLLING_UPDATE, "OnDelete"));
            }
        }
    }

    private static void rolling(JsonNode rolling, String path, FieldChecks checks) {
        JsonNode unavailable = rolling.path("maxUnavailable");
        JsonNode surge = rolling.path("maxSurge");
        IntOrPercent.validate(unavailable, path + ".maxUnavailable", checks);
        IntOrPercent.validate(surge, path + ".maxSurge", checks);
        IntOrPercent.atMost100(unavailable, path + ".maxUnavailable", checks);
        IntOrPercent.atMost100(surge, path + ".maxSurge", checks);
        boolean hasUnavailable = IntOrPercent.value(unavailable) != 0;
        boolean hasSurge = IntOrPercent.value(surge) != 0;
        if (hasUnavailable && hasSurge) {
            checks.invalid(path + ".maxSurge", surge, "may not be set when maxUnavailable is non-zero");
        } else if (!hasUnavailable && !hasSurge) {
            checks.required(path + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new FieldChecks(errors)
                .immutable(
                        object.path("spec").path("selector"), old.path("spec").path("selector"), "spec.selector");
        validate(object, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        checks.nonNegative(object.path("status"), COUNTS, "status");
        StatusRules.collisionsNeverFall(object, old, checks);
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        JsonNode template = object.path("spec").path("template");
        if (old == null || !Json.same(template, old.path("spec").path("template"))) {
            PodTemplates.warnings(template, "spec.template", warnings);
        }
    }
}
