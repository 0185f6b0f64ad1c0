package io.i2kit.apiserver.registry.batch;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.core.TemplateColumns;
import io.i2kit.apiserver.registry.table.Ages;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Columns of Jobs and CronJobs ({@code pkg/printers/internalversion/printers.go}). */
final class BatchColumns {
    private static final String NONE = "<none>";

    /** Conditions that tell a Job's status, before and after the question whether it is being deleted. */
    private static final List<String> ENDED = List.of("Complete", "Failed");

    private static final List<String> UNDER_WAY = List.of("Suspended", "FailureTarget", "SuccessCriteriaMet");

    static final List<Column> JOBS = List.of(
            Column.nameColumn(),
            Column.text("Status", "Status of the job.", BatchColumns::status),
            Column.text("Completions", "The number of pods which reached phase Succeeded.", BatchColumns::completions),
            Column.text("Duration", "Time required to complete the job.", BatchColumns::duration),
            Column.age(),
            TemplateColumns.containers("spec.template"),
            TemplateColumns.images("spec.template"),
            Column.wide(
                    "Selector",
                    "Label selector of the pods.",
                    job -> selector(job.path("spec").path("selector"))));

    static final List<Column> CRON_JOBS = List.of(
            Column.nameColumn(),
            Column.text(
                    "Schedule",
                    "The schedule in Cron format.",
                    job -> job.path("spec").path("schedule").asString("")),
            Column.text(
                    "Timezone",
                    "The time zone name for the given schedule.",
                    job -> job.path("spec").path("timeZone").asString(NONE)),
            Column.truth("Suspend", "Whether further executions are suspended.", BatchColumns::suspended),
            Column.number(
                    "Active",
                    "Jobs that run.",
                    job -> job.path("status").path("active").size()),
            Column.text("Last Schedule", "When a job was last scheduled.", BatchColumns::lastSchedule),
            Column.age(),
            TemplateColumns.containers("spec.jobTemplate.spec.template"),
            TemplateColumns.images("spec.jobTemplate.spec.template"),
            Column.wide(
                    "Selector",
                    "Label selector of the pods.",
                    job -> selector(
                            job.path("spec").path("jobTemplate").path("spec").path("selector"))));

    private BatchColumns() {}

    private static String suspended(JsonNode job) {
        return job.path("spec").path("suspend").asBoolean(false) ? "True" : "False";
    }

    /** {@code FormatLabelSelector}. */
    private static String selector(JsonNode selector) {
        String text = Scale.selectorText(selector);
        return text.isEmpty() ? NONE : text;
    }

    private static String status(JsonNode job) {
        for (String condition : ENDED) {
            if (has(job, condition)) {
                return condition;
            }
        }
        if (Meta.isDeleting(job)) {
            return "Terminating";
        }
        for (String condition : UNDER_WAY) {
            if (has(job, condition)) {
                return condition;
            }
        }
        return "Running";
    }

    private static boolean has(JsonNode job, String type) {
        return JobStatusValidation.isTrue(job, type);
    }

    private static String completions(JsonNode job) {
        int succeeded = job.path("status").path("succeeded").asInt(0);
        JsonNode wanted = job.path("spec").path("completions");
        if (wanted.isNumber()) {
            return succeeded + "/" + wanted.asInt();
        }
        int parallelism = job.path("spec").path("parallelism").asInt(0);
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static Object duration(JsonNode job) {
        String start = job.path("status").path("startTime").asString("");
        if (start.isEmpty()) {
            return "";
        }
        String end = job.path("status").path("completionTime").asString("");
        return end.isEmpty()
                ? Ages.since(start)
                : Ages.human(Duration.between(Instant.parse(start), Instant.parse(end)));
    }

    private static Object lastSchedule(JsonNode job) {
        String last = job.path("status").path("lastScheduleTime").asString("");
        return last.isEmpty() ? NONE : Ages.since(last);
    }
}
