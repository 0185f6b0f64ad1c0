package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** CronJobs: {@code pkg/registry/batch/cronjob/strategy.go}, {@code pkg/apis/batch/v1/defaults.go} and {@code …/validation}. */
final class CronJobStrategy extends SpecStrategy {
    private static final List<String> CONCURRENCY = List.of("Allow", "Forbid", "Replace");
    /** The controller appends eleven characters. */
    private static final int MAX_NAME = 63 - 11;

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        if (text(spec, "concurrencyPolicy").isEmpty()) {
            spec.put("concurrencyPolicy", "Allow");
        }
        if (!spec.has("suspend")) {
            spec.put("suspend", false);
        }
        if (!spec.has("successfulJobsHistoryLimit")) {
            spec.put("successfulJobsHistoryLimit", 3);
        }
        if (!spec.has("failedJobsHistoryLimit")) {
            spec.put("failedJobsHistoryLimit", 1);
        }
        JobStrategy.templateDefaults(spec.withObjectProperty("jobTemplate").withObjectProperty("spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status");
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        spec(object.path("spec"), null, checks, errors);
        if (Meta.name(object).length() > MAX_NAME) {
            checks.invalid("metadata.name", Meta.name(object), "must be no more than " + MAX_NAME + " characters");
        }
        needsSchedule(object, checks);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        spec(object.path("spec"), old.path("spec"), checks, errors);
        needsSchedule(object, checks);
    }

    /** A declarative rule of upstream's: those come after the handwritten ones. */
    private static void needsSchedule(ObjectNode object, FieldChecks checks) {
        if (text(object.path("spec"), "schedule").isEmpty()) {
            checks.required("spec.schedule", "");
        }
    }

    private static void spec(JsonNode spec, @Nullable JsonNode old, FieldChecks checks, Consumer<FieldError> errors) {
        String schedule = text(spec, "schedule");
        if (!schedule.isEmpty()) {
            schedule(
                    schedule,
                    spec.has("timeZone"),
                    old != null && text(old, "schedule").contains("TZ"),
                    checks);
        }
        checks.nonNegative(spec, "startingDeadlineSeconds", "spec");
        if (spec.has("timeZone") && (old == null || !Json.same(spec.path("timeZone"), old.path("timeZone")))) {
            String zone = text(spec, "timeZone");
            CronSchedule.checkZone(zone, problem -> checks.invalid("spec.timeZone", zone, problem));
        }
        checks.oneOf(spec, "concurrencyPolicy", "spec", CONCURRENCY);
        JsonNode job = spec.path("jobTemplate").path("spec");
        String path = "spec.jobTemplate.spec";
        new JobSpecValidation(job, path, checks).validate(errors);
        if (job.has("selector")) {
            checks.invalid(path + ".selector", job.path("selector"), "`selector` will be auto-generated");
        }
        if (job.path("manualSelector").asBoolean(false)) {
            checks.notSupported(path + ".manualSelector", job.path("manualSelector"), List.of("nil", "false"));
        }
        checks.nonNegative(spec, List.of("successfulJobsHistoryLimit", "failedJobsHistoryLimit"), "spec");
    }

    private static void schedule(String schedule, boolean hasZone, boolean zoneAllowed, FieldChecks checks) {
        String path = "spec.schedule";
        try {
            CronSchedule.check(schedule);
        } catch (IllegalArgumentException e) {
            checks.invalid(path, schedule, String.valueOf(e.getMessage()));
        }
        if (!schedule.contains("TZ")) {
            return;
        }
        if (!zoneAllowed) {
            checks.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        } else if (hasZone) {
            checks.invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        JsonNode spec = object.path("spec");
        if (old == null) {
            JobStrategy.warnOfName(object, warnings);
        }
        if (old == null || !Json.same(spec, old.path("spec"))) {
            JobStrategy.warnOfSpec(spec.path("jobTemplate").path("spec"), "spec.jobTemplate.spec", warnings);
        }
        if (old != null && text(spec, "schedule").contains("TZ")) {
            warnings.accept("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
                    + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
        }
    }
}
