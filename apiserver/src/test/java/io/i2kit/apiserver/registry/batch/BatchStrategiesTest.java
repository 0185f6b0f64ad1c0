package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class BatchStrategiesTest {
    private static final String TEMPLATE =
            "'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'i:1'}]}}";

    private final StrategyHarness jobs = new StrategyHarness(new JobStrategy());
    private final StrategyHarness cronJobs = new StrategyHarness(new CronJobStrategy());

    private static String job(String spec) {
        return "{'spec':{" + spec + (spec.isEmpty() ? "" : ",") + TEMPLATE + "}}";
    }

    private static String cronJob(String spec) {
        return "{'spec':{" + spec + ",'jobTemplate':{'spec':{" + TEMPLATE + "}}}}";
    }

    @Test
    void aJobGetsItsDefaultsItsLabelsAndItsSelector() {
        ObjectNode object = jobs.created(job(""));
        ObjectNode spec = object.withObjectProperty("spec").deepCopy();
        assertThat(spec.remove("selector"))
                .isEqualTo(tree("{'matchLabels':{'batch.kubernetes.io/controller-uid':'u'}}"));
        assertThat(spec.remove("template").path("metadata").path("labels"))
                .isEqualTo(
                        tree(
                                "{'job-name':'x','batch.kubernetes.io/job-name':'x','controller-uid':'u','batch.kubernetes.io/controller-uid':'u'}"));
        assertThat(spec)
                .isEqualTo(tree("{'completions':1,'parallelism':1,'backoffLimit':6,'completionMode':'NonIndexed',"
                        + "'suspend':false,'podReplacementPolicy':'TerminatingOrFailed','manualSelector':false}"));
        assertThat(jobs.faults(job(""))).isEmpty();
        assertThat(new JobStrategy().defaultPropagation()).isEqualTo("Orphan");
    }

    @Test
    void aJobWithoutLabelsSharesThoseOfItsTemplate() {
        String labeled =
                "{%s'spec':{'template':{'metadata':{'labels':{'a':'b'}},'spec':{'restartPolicy':'Never','containers':["
                        + "{'name':'c','image':'i:1'}]}}}}";
        ObjectNode object = jobs.created(labeled.formatted(""));
        assertThat(object.at("/metadata/labels"))
                .isEqualTo(
                        tree(
                                "{'a':'b','job-name':'x','batch.kubernetes.io/job-name':'x','controller-uid':'u','batch.kubernetes.io/controller-uid':'u'}"));
        assertThat(jobs.created(job("")).at("/metadata/labels/job-name").asString())
                .isEqualTo("x");
        assertThat(jobs.created(labeled.formatted("'metadata':{'labels':{'c':'d'}},"))
                        .at("/metadata/labels"))
                .isEqualTo(tree("{'c':'d'}"));
    }

    @Test
    void aFailurePolicyStays() {
        String policy = "'podFailurePolicy':{'rules':[{'action':'%s','onPodConditions':[{'type':'A','status':'True'}]},"
                + "{'action':'FailJob','onExitCodes':{'operator':'In','values':[1]}}]}";
        ObjectNode old = jobs.created(job(policy.formatted("Ignore")));
        ObjectNode changed = old.deepCopy();
        changed.withObject("/spec/podFailurePolicy/rules/0").put("action", "Count");
        assertThat(jobs.updateFaults(old, changed))
                .containsExactly(
                        "spec.podFailurePolicy: Invalid value: {\"Rules\":[{\"Action\":\"Count\",\"OnExitCodes\":null,"
                                + "\"OnPodConditions\":[{\"Type\":\"A\",\"Status\":\"True\"}]},{\"Action\":\"FailJob\",\"OnExitCodes\":"
                                + "{\"ContainerName\":null,\"Operator\":\"In\",\"Values\":[1]},\"OnPodConditions\":null}]}: field is immutable");
    }

    @Test
    void aScheduleIsMissedLast() {
        assertThat(cronJobs.faults("{}"))
                .containsExactly(
                        "spec.jobTemplate.spec.template.spec.containers: Required value",
                        "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
                        "spec.schedule: Required value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'parallelism':-1|spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
                "'completionMode':'Indexed','parallelism':1|spec.completions: Required value: when completion mode is Indexed",
                "'completionMode':'Odd'|spec.completionMode: Unsupported value: \"Odd\": supported values: \"NonIndexed\", \"Indexed\"",
                "'backoffLimitPerIndex':1|spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
                "'completionMode':'Indexed','completions':2,'maxFailedIndexes':1|spec.backoffLimitPerIndex: Required value: when"
                        + " maxFailedIndexes is specified",
                "'completionMode':'Indexed','completions':2,'parallelism':100001|spec.parallelism: Invalid value: 100001: must be less"
                        + " than or equal to 100000 when completion mode is Indexed",
                "'managedBy':'x'|spec.managedBy: Invalid value: \"x\": must be a domain-prefixed path (such as \"acme.io/foo\")",
                "'podReplacementPolicy':'Now'|spec.podReplacementPolicy: Unsupported value: \"Now\": supported values: \"Failed\","
                        + " \"TerminatingOrFailed\"",
                "'podFailurePolicy':{'rules':[{'action':'FailJob'}]}|spec.podFailurePolicy.rules[0]: Invalid value: specifying one of"
                        + " OnExitCodes and OnPodConditions is required",
                "'podFailurePolicy':{'rules':[{'onPodConditions':[{'type':'A'}]}]}|spec.podFailurePolicy.rules[0].action: Required"
                        + " value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]",
                "'podFailurePolicy':{'rules':[{'action':'FailJob','onExitCodes':{'operator':'In','values':[0]}}]}"
                        + "|spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
                "'podFailurePolicy':{'rules':[{'action':'FailJob','onExitCodes':{'operator':'In','values':[2,1]}}]}"
                        + "|spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered",
                "'successPolicy':{'rules':[]}|spec.successPolicy: Invalid value: {\"Rules\":[]}: requires indexed completion mode",
                "'completionMode':'Indexed','completions':3,'successPolicy':{'rules':[{'succeededIndexes':'1,0'}]}"
                        + "|spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"1,0\": error parsing succeededIndexes:"
                        + " non-increasing order, previous: 1, current: 0",
                "'selector':{'matchLabels':{'a':'b'}}|spec.selector: Invalid value:"
                        + " {\"matchLabels\":{\"a\":\"b\",\"batch.kubernetes.io/controller-uid\":\"u\"}}: `selector` not auto-generated",
                "'manualSelector':true|spec.selector: Required value",
            })
    void refusesJobsWithUpstreamsWords(String spec, String fault) {
        assertThat(jobs.faults(job(spec))).contains(fault);
    }

    @Test
    void aJobsPodsDoNotRunForever() {
        assertThat(jobs.faults("{'spec':{'template':{'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}"))
                .containsExactly(
                        "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"");
    }

    @Test
    void aRunningJobsTemplateNeverChangesASuspendedOnesDirectivesMay() {
        ObjectNode old = jobs.created(job(""));
        ObjectNode changed = old.deepCopy();
        changed.withObject("/spec/template/spec").putObject("nodeSelector").put("a", "b");
        assertThat(jobs.updateFaults(old, changed))
                .singleElement()
                .asString()
                .startsWith("spec.template: Invalid value: {")
                .endsWith(": field is immutable");
        ObjectNode suspended = jobs.created(job("'suspend':true"));
        ObjectNode moved = suspended.deepCopy();
        moved.withObject("/spec/template/spec").putObject("nodeSelector").put("a", "b");
        assertThat(jobs.updateFaults(suspended, moved)).isEmpty();
        assertThat(moved.at("/metadata/generation").asInt()).isEqualTo(2);
        ObjectNode image = suspended.deepCopy();
        ((ObjectNode) image.at("/spec/template/spec/containers/0")).put("image", "other");
        assertThat(jobs.updateFaults(suspended, image))
                .singleElement()
                .asString()
                .startsWith("spec.template.spec: Invalid value: {");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'conditions':[{'type':'Complete','status':'True'}]}|status.completionTime: Required value: completionTime is"
                        + " required for Complete jobs",
                "{'conditions':[{'type':'Failed','status':'True'}]}|status.conditions: Invalid value: cannot set Failed=True condition"
                        + " without the FailureTarget=true condition",
                "{'ready':1}|status.ready: Invalid value: 1: cannot set more ready pods than active",
                "{'completedIndexes':'1'}|status.completedIndexes: Invalid value: \"1\": cannot set non-empty completedIndexes when"
                        + " non-indexed completion mode",
                "{'active':-1}|status.active: Invalid value: -1: must be greater than or equal to 0",
            })
    void refusesStatusesWithUpstreamsWords(String status, String fault) {
        assertThat(jobs.statusFaults(jobs.created(job("")), status)).contains(fault);
    }

    @Test
    void countersOfAJobNeverFall() {
        ObjectNode old = jobs.created(job(""));
        old.set("status", tree("{'failed':2,'succeeded':1}"));
        assertThat(jobs.statusFaults(old, "{'failed':1}"))
                .containsExactly(
                        "status.failed: Invalid value: 1: cannot decrease the failed counter",
                        "status.succeeded: Invalid value: 0: cannot decrease the succeeded counter");
    }

    @Test
    void aCronJobGetsItsDefaults() {
        ObjectNode spec = cronJobs.created(cronJob("'schedule':'*/5 * * * *'")).withObjectProperty("spec");
        spec.remove("jobTemplate");
        assertThat(spec)
                .isEqualTo(tree("{'schedule':'*/5 * * * *','concurrencyPolicy':'Allow','suspend':false,"
                        + "'successfulJobsHistoryLimit':3,'failedJobsHistoryLimit':1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'suspend':false|spec.schedule: Required value",
                "'schedule':'* * * *'|spec.schedule: Invalid value: \"* * * *\": expected exactly 5 fields, found 4: [* * * *]",
                "'schedule':'61 * * * *'|spec.schedule: Invalid value: \"61 * * * *\": end of range (61) above maximum (59): 61",
                "'schedule':'a * * * *'|spec.schedule: Invalid value: \"a * * * *\": failed to parse int from a: strconv.Atoi: parsing"
                        + " \"a\": invalid syntax",
                "'schedule':'* * 0 * *'|spec.schedule: Invalid value: \"* * 0 * *\": beginning of range (0) below minimum (1): 0",
                "'schedule':'@often'|spec.schedule: Invalid value: \"@often\": unrecognized descriptor: @often",
                "'schedule':'TZ=UTC 0 * * * *'|spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ in"
                        + " schedule, use timeZone field instead",
                "'schedule':'@daily','timeZone':'Mars/Olympus'|spec.timeZone: Invalid value: \"Mars/Olympus\": unknown time zone"
                        + " Mars/Olympus",
                "'schedule':'@daily','timeZone':''|spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string",
                "'schedule':'@daily','timeZone':'Local'|spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone"
                        + " as defined in https://www.iana.org/time-zones",
                "'schedule':'@daily','concurrencyPolicy':'Maybe'|spec.concurrencyPolicy: Unsupported value: \"Maybe\": supported"
                        + " values: \"Allow\", \"Forbid\", \"Replace\"",
                "'schedule':'@daily','failedJobsHistoryLimit':-1|spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than"
                        + " or equal to 0",
            })
    void refusesCronJobsWithUpstreamsWords(String spec, String fault) {
        assertThat(cronJobs.faults(cronJob(spec))).containsExactly(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/5 * * * *",
                "0 22 * * 1-5",
                "@hourly",
                "@every 1h30m",
                "0 0 1,15 jan sun",
                "? * * * *",
                "5/10 * * * *"
            })
    void takesSchedules(String schedule) {
        assertThat(cronJobs.faults(cronJob("'schedule':'" + schedule + "','timeZone':'Europe/Paris'")))
                .isEmpty();
    }

    @Test
    void namesLeaveRoomForASuffix() {
        String name = "n".repeat(53);
        assertThat(cronJobs.faults("{'metadata':{'name':'" + name
                        + "'},'spec':{'schedule':'@daily','jobTemplate':{'spec':{" + TEMPLATE + "}}}}"))
                .containsExactly("metadata.name: Invalid value: \"" + name + "\": must be no more than 52 characters");
    }

    @Test
    void columnsAreKubectls() {
        ObjectNode job = jobs.created(job("'completions':3"));
        job.set("status", tree("{'succeeded':1,'startTime':'2026-01-01T00:00:00Z'}"));
        Instant now = Instant.parse("2026-01-01T00:01:00Z");
        assertThat(cells(BatchColumns.JOBS, job, now)).startsWith("x", "Running", "1/3", "60s");
        ObjectNode cron = cronJobs.created(cronJob("'schedule':'@daily'"));
        assertThat(cells(BatchColumns.CRON_JOBS, cron, now))
                .startsWith("x", "@daily", "<none>", "False", 0, "<none>")
                .endsWith("c", "i:1", "<none>");
    }

    private static List<Object> cells(List<Column> columns, ObjectNode object, Instant now) {
        return columns.stream().map(column -> column.shown(object, now)).toList();
    }
}
