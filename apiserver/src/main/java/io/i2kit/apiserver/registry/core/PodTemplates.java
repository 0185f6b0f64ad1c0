package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.translator.support.SupportFinding;
import io.i2kit.translator.support.SupportLevel;
import io.i2kit.translator.support.SupportRules;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What workloads share with Pods: defaults, faults and warnings of a Pod template, and what i2kit itself refuses. */
public final class PodTemplates {
    private PodTemplates() {}

    /** Fills in the defaults of a template; its spec is a struct in Go: there, though nobody wrote it. */
    public static void setDefaults(ObjectNode template) {
        PodDefaults.spec(template.withObjectProperty("spec"));
    }

    /** {@code ValidatePodTemplateSpec}. */
    public static void validate(JsonNode template, String path, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        checks.labels(template.path("metadata").path("labels"), path + ".labels");
        checks.annotations(template.path("metadata").path("annotations"), path + ".annotations");
        new PodSpecValidation(checks, template.path("spec"), path + ".spec").validate(false);
        if (!template.path("spec").path("ephemeralContainers").isEmpty()) {
            checks.forbidden(path + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }

    /** What StatefulSets and DaemonSets ask besides: Pods that never end. */
    public static void validateRunsAlways(JsonNode template, String kind, FieldChecks checks) {
        JsonNode policy = template.path("spec").path("restartPolicy");
        if (!policy.asString("Always").equals("Always")) {
            checks.notSupported("spec.template.spec.restartPolicy", policy, List.of("Always"));
        }
        if (template.path("spec").has("activeDeadlineSeconds")) {
            checks.forbidden(
                    "spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    /** Upstream's warnings of a template. */
    public static void warnings(JsonNode template, String path, Consumer<String> warnings) {
        new PodWarnings(template, path, warnings).report();
    }

    /** What the rule table refuses of a whole object: one fault for each field. */
    public static void refuseUnserved(JsonNode object, Consumer<FieldError> errors) {
        for (SupportFinding finding : SupportRules.findings(object)) {
            if (finding.level() == SupportLevel.REJECTED) {
                errors.accept(FieldError.forbidden(finding.path(), finding.text()));
            }
        }
    }

    /** What the rule table calls ignored or different in a whole object: one warning for each field. */
    public static void warnOfDifferences(JsonNode object, Consumer<String> warnings) {
        for (SupportFinding finding : SupportRules.findings(object)) {
            if (finding.level() != SupportLevel.REJECTED) {
                warnings.accept(finding.warning());
            }
        }
    }
}
