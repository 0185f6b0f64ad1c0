package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.PodTemplates;
import io.i2kit.apiserver.registry.core.SelectorMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What Deployments and ReplicaSets share: replicas of one template, chosen by a selector that never changes. */
abstract class ReplicatedStrategy extends SpecStrategy {
    private static final String NAME_WARNING =
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is"
                    + " recommended: ";

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        if (!spec.has("replicas")) {
            spec.put("replicas", 1);
        }
        setTemplateDefaults(spec);
    }

    /** A template is there, though nobody wrote it: it is a struct in Go. */
    void setTemplateDefaults(ObjectNode spec) {
        PodTemplates.setDefaults(spec.withObjectProperty("template"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status");
    }

    /** Selector and template, in upstream's order; a subclass adds its own. */
    static void validateSelected(JsonNode spec, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode selector = spec.path("selector");
        if (!spec.has("selector")) {
            checks.required("spec.selector", "");
        } else {
            checks.selector(selector, "spec.selector");
            if (SelectorMatch.isEmpty(selector)) {
                checks.invalid("spec.selector", selector, "empty selector is invalid for deployment");
            }
        }
        if (SelectorMatch.isValid(selector)) {
            template(spec, errors);
        } else {
            checks.invalid("spec.selector", selector, "invalid label selector");
        }
    }

    private static void template(JsonNode spec, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode template = spec.path("template");
        JsonNode selector = spec.path("selector");
        JsonNode labels = template.path("metadata").path("labels");
        if (!SelectorMatch.isEmpty(selector) && !SelectorMatch.matches(selector, labels)) {
            checks.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        PodTemplates.validate(template, "spec.template", errors);
        JsonNode policy = template.path("spec").path("restartPolicy");
        if (!policy.asString("Always").equals("Always")) {
            checks.notSupported("spec.template.spec.restartPolicy", policy, List.of("Always"));
        }
        if (template.path("spec").has("activeDeadlineSeconds")) {
            checks.forbidden(
                    "spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        JsonNode selector = object.path("spec").path("selector");
        if (!Json.same(selector, old.path("spec").path("selector"))) {
            new FieldChecks(errors).invalid("spec.selector", selector, "field is immutable");
        }
    }

    /** Counts of a status: none negative, and no part above its whole. */
    static void validateCounts(ObjectNode object, List<String> parts, String whole, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode status = object.path("status");
        checks.nonNegative(status, "replicas", "status");
        parts.forEach(part -> checks.nonNegative(status, part, "status"));
        checks.nonNegative(status, "observedGeneration", "status");
        for (String part : parts) {
            if (status.path(part).asLong(0) > status.path("replicas").asLong(0)) {
                checks.invalid("status." + part, status.path(part), "cannot be greater than " + whole);
            }
        }
        if (status.path("availableReplicas").asLong(0)
                > status.path("readyReplicas").asLong(0)) {
            checks.invalid(
                    "status.availableReplicas",
                    status.path("availableReplicas"),
                    "cannot be greater than readyReplicas");
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        if (old != null
                && Json.same(
                        object.path("spec").path("template"), old.path("spec").path("template"))) {
            return;
        }
        if (old == null) {
            List<String> problems = new ArrayList<>();
            Names.dns1123Label(Meta.name(object), false, problems::add);
            if (!problems.isEmpty()) {
                warnings.accept(NAME_WARNING + "[" + String.join(" ", problems) + "]");
            }
        }
        PodTemplates.warnings(object.path("spec").path("template"), "spec.template", warnings);
        PodTemplates.warnOfDifferences(object, warnings);
    }
}
