package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.PodTemplates;
import io.i2kit.apiserver.registry.core.ReferenceRules;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** {@code validateJobSpec} of {@code pkg/apis/batch/validation/validation.go}, in its order; also of the templates of CronJobs. */
final class JobSpecValidation {
    private static final String INDEXED = "Indexed";
    private static final int MAX_INDEXED = 100_000;
    private static final int MAX_OF_MANY = 10_000;
    private static final int MAX_MANAGED_BY = 63;

    private final JsonNode spec;
    private final String path;
    private final FieldChecks checks;

    JobSpecValidation(JsonNode spec, String path, FieldChecks checks) {
        this.spec = spec;
        this.path = path;
        this.checks = checks;
    }

    static boolean isIndexed(JsonNode spec) {
        return text(spec, "completionMode").equals(INDEXED);
    }

    void validate(Consumer<FieldError> errors) {
        checks.nonNegative(
                spec,
                List.of(
                        "parallelism",
                        "completions",
                        "activeDeadlineSeconds",
                        "backoffLimit",
                        "ttlSecondsAfterFinished",
                        "backoffLimitPerIndex",
                        "maxFailedIndexes"),
                path);
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            checks.required(path + ".backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }
        if (spec.has("managedBy")) {
            ReferenceRules.domainPrefixedPath(checks, text(spec, "managedBy"), path + ".managedBy");
            if (text(spec, "managedBy").length() > MAX_MANAGED_BY) {
                checks.tooLong(path + ".managedBy", MAX_MANAGED_BY);
            }
        }
        completionMode();
        if (spec.has("podFailurePolicy")) {
            new PodFailurePolicyValidation(spec, path + ".podFailurePolicy", checks).validate();
        }
        if (spec.has("successPolicy")) {
            successPolicy();
        }
        replacementPolicy();
        PodTemplates.validate(spec.path("template"), path + ".template", errors);
        restartPolicy();
    }

    private void completionMode() {
        String mode = text(spec, "completionMode");
        if (spec.has("completionMode") && !mode.equals("NonIndexed") && !mode.equals(INDEXED)) {
            checks.notSupported(path + ".completionMode", spec.path("completionMode"), List.of("NonIndexed", INDEXED));
        }
        if (mode.equals(INDEXED)) {
            indexed();
        } else if (!spec.has("completionMode") || mode.equals("NonIndexed")) {
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
                if (spec.has(field)) {
                    checks.invalid(path + "." + field, spec.path(field), "requires indexed completion mode");
                }
            }
        }
    }

    private void indexed() {
        JsonNode completions = spec.path("completions");
        JsonNode parallelism = spec.path("parallelism");
        JsonNode failed = spec.path("maxFailedIndexes");
        if (!completions.isNumber()) {
            checks.required(path + ".completions", "when completion mode is Indexed");
        }
        if (parallelism.asLong(0) > MAX_INDEXED) {
            atMost("parallelism", MAX_INDEXED + " when completion mode is Indexed");
        }
        if (completions.isNumber() && failed.asLong(0) > completions.asLong()) {
            atMost("maxFailedIndexes", "completions");
        }
        if (failed.asLong(0) > MAX_INDEXED) {
            atMost("maxFailedIndexes", Integer.toString(MAX_INDEXED));
        }
        if (completions.asLong(0) > MAX_INDEXED && spec.has("backoffLimitPerIndex")) {
            if (!failed.isNumber()) {
                checks.required(
                        path + ".maxFailedIndexes", "must be specified when completions is above " + MAX_INDEXED);
            }
            String most = MAX_OF_MANY + " when completions are above " + MAX_INDEXED
                    + " and used with backoff limit per index";
            for (String field : List.of("parallelism", "maxFailedIndexes")) {
                if (spec.path(field).asLong(0) > MAX_OF_MANY) {
                    atMost(field, most);
                }
            }
        }
    }

    private void atMost(String field, String most) {
        checks.invalid(path + "." + field, spec.path(field), "must be less than or equal to " + most);
    }

    private void successPolicy() {
        String here = path + ".successPolicy";
        if (isIndexed(spec)) {
            new SuccessPolicyValidation(spec, here, checks).validate();
        } else {
            checks.invalid(here, JobPolicies.success(spec), "requires indexed completion mode");
        }
    }

    private void replacementPolicy() {
        if (!spec.has("podReplacementPolicy")) {
            return;
        }
        List<String> supported =
                spec.has("podFailurePolicy") ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed");
        if (!supported.contains(text(spec, "podReplacementPolicy"))) {
            checks.notSupported(path + ".podReplacementPolicy", spec.path("podReplacementPolicy"), supported);
        }
    }

    private void restartPolicy() {
        JsonNode policy = spec.path("template").path("spec").path("restartPolicy");
        String here = path + ".template.spec.restartPolicy";
        switch (policy.asString("")) {
            case "", "Always" -> checks.required(here, "valid values: \"OnFailure\", \"Never\"");
            case "OnFailure" -> {
                if (spec.has("podFailurePolicy")) {
                    checks.invalid(here, policy, "only \"Never\" is supported when podFailurePolicy is specified");
                }
            }
            case "Never" -> {}
            default -> checks.notSupported(here, policy, List.of("OnFailure", "Never"));
        }
    }
}
