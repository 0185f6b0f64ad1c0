package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import io.i2kit.apiserver.registry.Meta;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code plugin/pkg/admission/priority}: the name of a PriorityClass becomes a number; one class is the default. */
final class Priorities implements Admission {
    private static final String CLASSES = "scheduling.k8s.io/priorityclasses";

    private final StoredObjects objects;

    Priorities(StoredObjects objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.writes("pods") || !(request.state().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        ObjectNode old = request.old();
        if (old == null) {
            resolve(request, spec);
            return;
        }
        for (String field : new String[] {"priority", "preemptionPolicy"}) {
            JsonNode before = old.path("spec").get(field);
            if (before != null && !spec.has(field)) {
                spec.set(field, before);
            }
        }
    }

    private void resolve(AdmissionRequest request, ObjectNode spec) {
        String name = text(spec, "priorityClassName");
        ObjectNode type = name.isEmpty() ? defaultClass() : objects.get(CLASSES, "", name);
        if (type == null && !name.isEmpty()) {
            throw request.forbidden("no PriorityClass with name " + name + " was found");
        }
        if (type != null) {
            spec.put("priorityClassName", Meta.name(type));
        }
        long priority = type == null ? 0 : type.path("value").asLong(0);
        JsonNode given = spec.path("priority");
        if (given.isNumber() && given.asLong() != priority) {
            throw request.forbidden("the integer value of priority (" + given.asLong()
                    + ") must not be provided in pod spec; priority admission controller computed " + priority
                    + " from the given PriorityClass name");
        }
        spec.put("priority", priority);
        String policy = type == null ? "PreemptLowerPriority" : text(type, "preemptionPolicy");
        String wanted = text(spec, "preemptionPolicy");
        if (!policy.isEmpty() && !wanted.isEmpty() && !wanted.equals(policy)) {
            throw request.forbidden("the string value of PreemptionPolicy (" + wanted
                    + ") must not be provided in pod spec; priority admission controller computed " + policy
                    + " from the given PriorityClass name");
        }
        if (!policy.isEmpty()) {
            spec.put("preemptionPolicy", policy);
        }
    }

    /** The lowest, should a race have made two. */
    private @Nullable ObjectNode defaultClass() {
        return objects.list(CLASSES, "").stream()
                .filter(type -> type.path("globalDefault").asBoolean(false))
                .min(Comparator.comparingLong(type -> type.path("value").asLong(0)))
                .orElse(null);
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.writes(CLASSES) || !request.state().path("globalDefault").asBoolean(false)) {
            return;
        }
        ObjectNode present = defaultClass();
        if (present != null && (request.old() == null || !Meta.name(present).equals(Meta.name(request.state())))) {
            throw request.forbidden("PriorityClass " + Meta.name(present)
                    + " is already marked as default. Only one default can exist");
        }
    }
}
