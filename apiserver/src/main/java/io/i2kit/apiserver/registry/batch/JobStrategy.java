package io.i2kit.apiserver.registry.batch;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

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

/** Jobs: {@code pkg/registry/batch/job/strategy.go}, {@code pkg/apis/batch/v1/defaults.go} and {@code …/validation}. */
final class JobStrategy extends SpecStrategy {
    private static final List<String> NAME_LABELS = List.of("job-name", "batch.kubernetes.io/job-name");
    private static final List<String> UID_LABELS = List.of("controller-uid", "batch.kubernetes.io/controller-uid");
    private static final String SELECTED = "batch.kubernetes.io/controller-uid";
    private static final int DEFAULT_BACKOFF = 6;
    private static final String NAME_WARNING =
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is"
                    + " recommended: ";

    /** The labels of the template are shared, as upstream's map is: those that are generated are the Job's own, too. */
    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        specDefaults(spec);
        shareLabels(object);
    }

    private static void specDefaults(ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        if (!spec.has("parallelism")) {
            spec.put("parallelism", 1);
        }
        if (!spec.has("backoffLimit")) {
            spec.put("backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : DEFAULT_BACKOFF);
        }
        if (!spec.has("completionMode")) {
            spec.put("completionMode", "NonIndexed");
        }
        if (!spec.has("suspend")) {
            spec.put("suspend", false);
        }
        if (!spec.has("podReplacementPolicy")) {
            spec.put("podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        }
        if (!spec.has("manualSelector")) {
            spec.put("manualSelector", false);
        }
        templateDefaults(spec);
    }

    private static void shareLabels(ObjectNode object) {
        JsonNode labels = object.path("spec").path("template").path("metadata").path("labels");
        if (labels.isObject() && object.path("metadata").path("labels").isEmpty()) {
            Meta.of(object).set("labels", labels);
        }
    }

    /** What Jobs and the templates of CronJobs share. */
    static void templateDefaults(ObjectNode spec) {
        for (JsonNode rule : spec.path("podFailurePolicy").path("rules")) {
            for (JsonNode pattern : rule.path("onPodConditions")) {
                if (text(pattern, "status").isEmpty() && pattern instanceof ObjectNode node) {
                    node.put("status", "True");
                }
            }
        }
        PodTemplates.setDefaults(spec.withObjectProperty("template"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status");
        if (object.get("spec") instanceof ObjectNode spec
                && !spec.path("manualSelector").asBoolean(false)) {
            generateSelector(object, spec);
        }
        // Upstream's default applies again to what is read from the store.
        shareLabels(object);
    }

    /** Labels that are there stay: validation refuses wrong ones. */
    private static void generateSelector(ObjectNode object, ObjectNode spec) {
        ObjectNode labels = spec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels");
        NAME_LABELS.forEach(label -> putIfAbsent(labels, label, Meta.name(object)));
        UID_LABELS.forEach(label -> putIfAbsent(labels, label, Meta.uid(object)));
        putIfAbsent(spec.withObjectProperty("selector").withObjectProperty("matchLabels"), SELECTED, Meta.uid(object));
    }

    private static void putIfAbsent(ObjectNode owner, String key, String value) {
        if (!owner.has(key)) {
            owner.put(key, value);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        generatedSelector(object, checks);
        spec(object.path("spec"), checks, errors);
        nameAllowsCompletions(object, checks);
    }

    private static void generatedSelector(ObjectNode object, FieldChecks checks) {
        JsonNode spec = object.path("spec");
        if (spec.path("manualSelector").asBoolean(false) || !spec.has("selector")) {
            return;
        }
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        ObjectNode expected = Json.object();
        for (int i = UID_LABELS.size(); i-- > 0; ) {
            expected.put(UID_LABELS.get(i), Meta.uid(object));
            expected.put(NAME_LABELS.get(i), Meta.name(object));
        }
        for (int i = 0; i < UID_LABELS.size(); i++) {
            hasLabel(labels, UID_LABELS.get(i), Meta.uid(object), checks);
            hasLabel(labels, NAME_LABELS.get(i), Meta.name(object), checks);
        }
        if (!SelectorMatch.matches(spec.path("selector"), expected)) {
            checks.invalid("spec.selector", spec.path("selector"), "`selector` not auto-generated");
        }
    }

    /** {@code ValidateHasLabel}. */
    private static void hasLabel(JsonNode labels, String key, String value, FieldChecks checks) {
        String path = "spec.template.metadata.labels[" + key + "]";
        String detail = "must be '" + value + "'";
        if (!labels.has(key)) {
            checks.required(path, detail);
        } else if (!text(labels, key).equals(value)) {
            checks.invalid(path, labels, detail);
        }
    }

    private static void spec(JsonNode spec, FieldChecks checks, Consumer<FieldError> errors) {
        new JobSpecValidation(spec, "spec", checks).validate(errors);
        JsonNode selector = spec.path("selector");
        if (selector.isMissingNode()) {
            checks.required("spec.selector", "");
        } else {
            checks.selector(selector, "spec.selector");
        }
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (SelectorMatch.isValid(selector) && !SelectorMatch.matches(selector, labels)) {
            checks.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
    }

    /** Pods of indexed Jobs have the index in their host's name. */
    private static void nameAllowsCompletions(ObjectNode object, FieldChecks checks) {
        JsonNode spec = object.path("spec");
        long completions = spec.path("completions").asLong(0);
        if (!JobSpecValidation.isIndexed(spec) || completions <= 0) {
            return;
        }
        String hostname = Meta.name(object) + "-" + (completions - 1);
        List<String> problems = new ArrayList<>();
        Names.dns1123Label(hostname, false, problems::add);
        if (!problems.isEmpty()) {
            checks.invalid(
                    "metadata.name",
                    Meta.name(object),
                    "will not able to create pod with invalid DNS label: " + hostname);
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        spec(spec, checks, errors);
        completions(spec, before, checks);
        checks.immutable(spec.path("selector"), before.path("selector"), "spec.selector");
        new JobTemplateChange(object, old).validate(checks);
        checks.immutable(spec.path("completionMode"), before.path("completionMode"), "spec.completionMode");
        checks.immutable(JobPolicies.failure(spec), JobPolicies.failure(before), "spec.podFailurePolicy");
        for (String field : List.of("backoffLimitPerIndex", "managedBy")) {
            checks.immutable(spec.path(field), before.path(field), "spec." + field);
        }
        checks.immutable(JobPolicies.success(spec), JobPolicies.success(before), "spec.successPolicy");
        nameAllowsCompletions(object, checks);
    }

    private static void completions(JsonNode spec, JsonNode old, FieldChecks checks) {
        JsonNode completions = spec.path("completions");
        if (!JobSpecValidation.isIndexed(spec)) {
            checks.immutable(completions, old.path("completions"), "spec.completions");
        } else if (!Json.same(completions, old.path("completions"))
                && completions.isNumber()
                && completions.asLong() != spec.path("parallelism").asLong(0)) {
            checks.invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new JobStatusValidation(object, old, new FieldChecks(errors)).validate();
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        if (old == null) {
            warnOfName(object, warnings);
        }
        if (old == null || !Json.same(object.path("spec"), old.path("spec"))) {
            warnOfSpec(object.path("spec"), "spec", warnings);
        }
    }

    static void warnOfName(ObjectNode object, Consumer<String> warnings) {
        List<String> problems = new ArrayList<>();
        Names.dns1123Label(Meta.name(object), false, problems::add);
        if (!problems.isEmpty()) {
            warnings.accept(NAME_WARNING + "[" + String.join(" ", problems) + "]");
        }
    }

    /** {@code pkg/api/job/warnings.go}. */
    static void warnOfSpec(JsonNode spec, String path, Consumer<String> warnings) {
        if (JobSpecValidation.isIndexed(spec)
                && spec.path("completions").asLong(0) > 100_000
                && spec.path("parallelism").asLong(0) > 10_000) {
            warnings.accept(path
                    + ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4,"
                    + " Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        }
        PodTemplates.warnings(spec.path("template"), path + ".template", warnings);
    }

    /** {@code batch/v1} orphans its Pods unless a client says otherwise. */
    @Override
    public String defaultPropagation() {
        return "Orphan";
    }

    @Override
    public List<String> selectableFields() {
        return List.of("status.successful");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        return path.equals("status.successful")
                ? Long.toString(object.path("status").path("succeeded").asLong(0))
                : super.fieldValue(object, path);
    }
}
