package io.i2kit.apiserver.registry.batch;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * {@code ValidateJobStatusUpdate} of {@code pkg/apis/batch/validation/validation.go} with the options of
 * {@code pkg/registry/batch/job/strategy.go}: what did not change is not judged again.
 */
final class JobStatusValidation {
    private static final String CONDITIONS = "status.conditions";

    private final JsonNode job;
    private final JsonNode old;
    private final JsonNode status;
    private final FieldChecks checks;

    JobStatusValidation(JsonNode job, JsonNode old, FieldChecks checks) {
        this.job = job;
        this.old = old;
        this.status = job.path("status");
        this.checks = checks;
    }

    /** Whether a condition of the Job is true. */
    static boolean isTrue(JsonNode job, String type) {
        return hasCondition(job, type, "True");
    }

    private static boolean hasCondition(JsonNode job, String type, String value) {
        return job.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(condition -> condition.path("type").asString("").equals(type)
                        && condition.path("status").asString("").equals(value));
    }

    private static boolean isFinished(JsonNode job) {
        return isTrue(job, "Complete") || isTrue(job, "Failed");
    }

    private boolean is(String type) {
        return isTrue(job, type);
    }

    private boolean turned(String type) {
        return isTrue(job, type) != isTrue(old, type);
    }

    private boolean changed(String field) {
        return !Json.same(status.path(field), old.path("status").path(field));
    }

    void validate() {
        checks.nonNegative(status, List.of("active", "succeeded", "failed", "ready", "terminating"), "status");
        uncounted();
        completion();
        failure();
        finished();
        indexes();
        JsonNode ready = status.path("ready");
        if ((changed("ready") || changed("active"))
                && ready.asLong(0) > status.path("active").asLong(0)) {
            checks.invalid("status.ready", ready, "cannot set more ready pods than active");
        }
        criteria();
        transitions();
    }

    private void uncounted() {
        Set<String> seen = new HashSet<>();
        for (String list : List.of("succeeded", "failed")) {
            JsonNode uids = status.path("uncountedTerminatedPods").path(list);
            for (int i = 0; i < uids.size(); i++) {
                String here = "status.uncountedTerminatedPods." + list + "[" + i + "]";
                if (uids.path(i).asString("").isEmpty()) {
                    checks.invalid(here, uids.path(i), "must not be empty");
                } else if (!seen.add(uids.path(i).asString())) {
                    checks.duplicate(here, uids.path(i).asString());
                }
            }
        }
    }

    private void completion() {
        if ((turned("Complete") || turned("Failed")) && is("Complete") && is("Failed")) {
            checks.invalid(CONDITIONS, "cannot set Complete=True and Failed=true conditions");
        }
        if ((turned("Complete") || turned("FailureTarget")) && is("Complete") && is("FailureTarget")) {
            checks.invalid(CONDITIONS, "cannot set Complete=True and FailureTarget=true conditions");
        }
        JsonNode end = status.path("completionTime");
        if (turned("Complete") || changed("completionTime")) {
            if (end.isString() && !is("Complete")) {
                checks.invalid(
                        "status.completionTime",
                        end,
                        "cannot set completionTime when there is no Complete=True condition");
            } else if (!end.isString() && is("Complete")) {
                checks.required("status.completionTime", "completionTime is required for Complete jobs");
            }
        }
        JsonNode start = status.path("startTime");
        if ((changed("startTime") || changed("completionTime"))
                && start.isString()
                && end.isString()
                && Instant.parse(end.asString()).isBefore(Instant.parse(start.asString()))) {
            checks.invalid("status.completionTime", end, "must be equal to or after `startTime`");
        }
    }

    private void failure() {
        if ((turned("Failed") || changed("failedIndexes")) && is("Failed") && !is("FailureTarget")) {
            checks.invalid(CONDITIONS, "cannot set Failed=True condition without the FailureTarget=true condition");
        }
        if ((turned("Complete") || turned("SuccessCriteriaMet")) && is("Complete") && !is("SuccessCriteriaMet")) {
            checks.invalid(
                    CONDITIONS, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        }
    }

    private void finished() {
        if (!isFinished(job)) {
            return;
        }
        boolean ended = !isFinished(old);
        JsonNode active = status.path("active");
        if ((ended || changed("active")) && active.asLong(0) > 0) {
            checks.invalid("status.active", active, "active>0 is invalid for finished job");
        }
        JsonNode completions = job.path("spec").path("completions");
        boolean suspendedEmpty = job.path("spec").path("suspend").asBoolean(false)
                && completions.isNumber()
                && completions.asLong() == 0;
        if ((ended || changed("startTime")) && !suspendedEmpty && !status.has("startTime")) {
            checks.required("status.startTime", "startTime is required for finished job");
        }
        JsonNode uncounted = status.path("uncountedTerminatedPods");
        boolean some = !uncounted.path("failed").isEmpty()
                || !uncounted.path("succeeded").isEmpty();
        if ((ended || changed("uncountedTerminatedPods")) && some) {
            checks.invalid("status.uncountedTerminatedPods", uncounted, "must be empty for finished job");
        }
        JsonNode terminating = status.path("terminating");
        if ((ended || changed("terminating")) && terminating.asLong(0) > 0) {
            checks.invalid("status.terminating", terminating, "terminating>0 is invalid for finished job");
        }
    }

    private void indexes() {
        JsonNode spec = job.path("spec");
        int completions = spec.path("completions").asInt(0);
        JsonNode completed = status.path("completedIndexes");
        JsonNode failed = status.path("failedIndexes");
        boolean counted = spec.path("completions").isNumber();
        if (changed("completedIndexes") && counted) {
            format(completed, "completedIndexes", completions);
        }
        if (changed("failedIndexes") && counted && spec.has("backoffLimitPerIndex")) {
            format(failed, "failedIndexes", completions);
        }
        if (changed("completedIndexes") && !completed.asString("").isEmpty() && !JobSpecValidation.isIndexed(spec)) {
            checks.invalid(
                    "status.completedIndexes",
                    completed,
                    "cannot set non-empty completedIndexes when non-indexed completion mode");
        }
        if (changed("failedIndexes") && !spec.has("backoffLimitPerIndex") && failed.isString()) {
            checks.invalid(
                    "status.failedIndexes",
                    failed,
                    "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        }
        Integer both = JobIndexes.overlap(completed.asString(""), failed.asString(""), completions);
        if ((changed("completedIndexes") || changed("failedIndexes")) && both != null) {
            checks.invalid(
                    "status.failedIndexes", failed, "failedIndexes and completedIndexes overlap at index: " + both);
        }
    }

    private void format(JsonNode indexes, String field, int completions) {
        try {
            JobIndexes.count(indexes.asString(""), completions);
        } catch (IllegalArgumentException e) {
            checks.invalid("status." + field, indexes, "error parsing " + field + ": " + e.getMessage());
        }
    }

    private void criteria() {
        if (is("SuccessCriteriaMet") && is("Failed")) {
            checks.invalid(CONDITIONS, "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        }
        if (is("SuccessCriteriaMet") && is("FailureTarget")) {
            checks.invalid(CONDITIONS, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        }
        if (job.path("spec").has("successPolicy") && !is("SuccessCriteriaMet") && is("Complete")) {
            checks.invalid(
                    CONDITIONS, "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
        }
    }

    private void transitions() {
        for (String type : List.of("Failed", "Complete", "FailureTarget")) {
            if (isTrue(old, type) && !is(type)) {
                checks.invalid(CONDITIONS, "cannot disable the terminal " + type + "=True condition");
            }
        }
        falls("failed");
        JsonNode spec = job.path("spec");
        boolean elastic =
                JobSpecValidation.isIndexed(spec) && Json.same(spec.path("completions"), spec.path("parallelism"));
        if (!elastic) {
            falls("succeeded");
        }
        JsonNode before = old.path("status");
        if (status.has("completionTime") && before.has("completionTime") && changed("completionTime")) {
            checks.invalid("status.completionTime", status.path("completionTime"), "field is immutable");
        }
        boolean resuming = isTrue(old, "Suspended") && hasCondition(job, "Suspended", "False");
        if (before.has("startTime")
                && changed("startTime")
                && !resuming
                && !spec.path("suspend").asBoolean(false)) {
            checks.invalid(
                    "status.startTime", status.path("startTime"), "field is immutable for unsuspended job once set");
        }
        if (isTrue(old, "SuccessCriteriaMet") && !is("SuccessCriteriaMet")) {
            checks.invalid(CONDITIONS, "cannot disable the SuccessCriteriaMet=True condition");
        }
        if (isTrue(old, "Complete") && !isTrue(old, "SuccessCriteriaMet") && is("SuccessCriteriaMet")) {
            checks.invalid(
                    CONDITIONS, "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
        }
    }

    private void falls(String counter) {
        long now = status.path(counter).asLong(0);
        if (now < old.path("status").path(counter).asLong(0)) {
            checks.add(FieldError.invalid(
                    "status." + counter, Long.toString(now), "cannot decrease the " + counter + " counter"));
        }
    }
}
