package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.SpecStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods: {@code pkg/registry/core/pod/strategy.go}. What admission fills in is in {@code registry.admission}. */
public final class PodStrategy extends SpecStrategy {
    private static final List<String> SELECTABLE = List.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName");
    private static final String EPHEMERAL = "ephemeralcontainers";

    private static final String NAME_WARNING =
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is"
                    + " recommended: ";

    @Override
    public void setDefaults(ObjectNode object) {
        PodDefaults.pod(object.withObjectProperty("spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        ObjectNode spec = object.withObjectProperty("spec");
        ObjectNode status = object.putObject("status");
        status.put("phase", "Pending");
        if (!spec.path("schedulingGates").isEmpty()) {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "PodScheduled")
                    .put("status", "False")
                    .put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
        status.put("qosClass", QosClass.of(spec));
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        spec(object, errors);
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        if (!spec.path("ephemeralContainers").isEmpty()) {
            checks.forbidden("spec.ephemeralContainers", "cannot be set on create");
        }
        if (!text(spec, "nodeName").isEmpty() && !spec.path("schedulingGates").isEmpty()) {
            checks.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared");
        }
        PodTemplates.refuseUnserved(object, errors);
    }

    private static void spec(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        new PodSpecValidation(checks, spec, "spec").validate(true);
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                String image = text(spec.path(list).path(i), "image");
                if (!image.equals(image.strip())) {
                    checks.invalid(
                            "spec." + list + "[" + i + "].image",
                            image,
                            "must not have leading or trailing whitespace");
                }
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        spec(object, errors);
        new PodUpdateValidation(new FieldChecks(errors), object.path("spec"), old.path("spec")).validate();
    }

    /** Binding is the one write that sets the node; it counts as no change of the spec. */
    @Override
    public void prepareForSubresourceUpdate(String subresource, ObjectNode object, ObjectNode old) {
        if (subresource.equals("binding")) {
            keep(object, old, "status");
            return;
        }
        if (subresource.equals("resize")) {
            PodResize.keepTheRest(object, old);
            Meta.keepWritable(old, object);
        } else if (subresource.equals(EPHEMERAL)) {
            PodEphemeralContainers.keepTheRest(object, old);
            Meta.keepWritable(old, object);
        }
        prepareForUpdate(object, old);
    }

    /** Subresources write fields that clients may not change through the Pod itself. */
    @Override
    public void validateSubresourceUpdate(
            String subresource, ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        boolean resize = subresource.equals("resize");
        boolean ephemeral = subresource.equals(EPHEMERAL);
        if (resize && PodResize.isImpossible(old, checks)
                || ephemeral && PodEphemeralContainers.isImpossible(old, checks)) {
            return;
        }
        spec(object, errors);
        if (ephemeral) {
            PodEphemeralContainers.validate(object.path("spec"), old.path("spec"), checks);
        } else if (resize) {
            new PodResize(object.path("spec"), old.path("spec"), checks).validate(old.path("status"));
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode before = old.path("status").path("qosClass");
        JsonNode after = object.path("status").path("qosClass");
        if (!before.isMissingNode() && !Json.same(before, after)) {
            checks.invalid("status.qosClass", after, "field is immutable");
        }
        String policy = text(old.path("spec"), "restartPolicy");
        if (policy.equals("Always")) {
            return;
        }
        JsonNode statuses = old.path("status").path("containerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            JsonNode ended = statuses.path(i).path("state").path("terminated");
            boolean mayRestart =
                    policy.equals("OnFailure") && ended.path("exitCode").asInt(0) != 0;
            if (ended.isObject() && !mayRestart && isNoLongerEnded(object, text(statuses.path(i), "name"))) {
                checks.forbidden(
                        "status.containerStatuses[" + i + "].state", "may not be transitioned to non-terminated state");
            }
        }
    }

    private static boolean isNoLongerEnded(ObjectNode object, String container) {
        for (JsonNode status : object.path("status").path("containerStatuses")) {
            if (text(status, "name").equals(container)) {
                return !status.path("state").has("terminated");
            }
        }
        return false;
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        if (old != null && Json.same(object.path("spec"), old.path("spec"))) {
            return;
        }
        if (old == null) {
            List<String> problems = new ArrayList<>();
            Names.dns1123Label(Meta.name(object), false, problems::add);
            if (!problems.isEmpty()) {
                warnings.accept(NAME_WARNING + "[" + String.join(" ", problems) + "]");
            }
        }
        if (old != null && isFixed(old)) {
            PodResize.resized(object.path("spec"), old.path("spec"))
                    .forEach(path ->
                            warnings.accept(path + ": a machine keeps the size that it was started with: the resize"
                                    + " stays pending as infeasible"));
        }
        new PodWarnings(object, "", warnings).report();
        PodTemplates.warnOfDifferences(object, warnings);
    }

    /** Whether the size of its machine is settled: it has one, or its controller's template has it. */
    private static boolean isFixed(ObjectNode pod) {
        boolean controlled = pod.path("metadata")
                .path("ownerReferences")
                .valueStream()
                .anyMatch(owner -> owner.path("controller").asBoolean(false));
        return controlled || !text(pod.path("spec"), "nodeName").isEmpty();
    }

    @Override
    public long deletionGraceSeconds(ObjectNode object, @Nullable Long asked) {
        String phase = text(object.path("status"), "phase");
        boolean atOnce =
                text(object.path("spec"), "nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded");
        if (atOnce) {
            return 0;
        }
        long seconds = asked == null
                ? object.path("spec").path("terminationGracePeriodSeconds").asLong(0)
                : asked;
        return seconds < 0 ? 1 : seconds;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<String> selectableFields() {
        return SELECTABLE;
    }

    @Override
    public List<String> indexedFields() {
        return List.of("spec.nodeName");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        String value = super.fieldValue(object, path);
        return path.equals("spec.hostNetwork") && value.isEmpty() ? "false" : value;
    }
}
