package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ValidatePodUpdate}: a Pod's spec is fixed but for images, deadlines, tolerations and scheduling gates. */
final class PodUpdateValidation {
    private static final String UPDATABLE = "`spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private final FieldChecks checks;
    private final JsonNode spec;
    private final JsonNode old;

    PodUpdateValidation(FieldChecks checks, JsonNode spec, JsonNode old) {
        this.checks = checks;
        this.spec = spec;
        this.old = old;
    }

    void validate() {
        for (String list : List.of("containers", "initContainers")) {
            if (spec.path(list).size() != old.path(list).size()) {
                checks.forbidden("spec." + list, "pod updates may not add or remove containers");
                return;
            }
        }
        if (!deadline()) {
            return;
        }
        tolerations();
        gates();
        ObjectNode allowed = (ObjectNode) spec.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < allowed.path(list).size(); i++) {
                restore((ObjectNode) allowed.path(list).path(i), old.path(list).path(i), "image");
            }
        }
        restore(allowed, old, "activeDeadlineSeconds");
        restore(allowed, old, "schedulingGates");
        restore(allowed, old, "tolerations");
        if (old.path("terminationGracePeriodSeconds").asLong(0) < 0
                && spec.path("terminationGracePeriodSeconds").asLong(0) == 1) {
            restore(allowed, old, "terminationGracePeriodSeconds");
        }
        if (!Json.same(allowed, old)) {
            checks.forbidden(
                    "spec", "pod updates may not change fields other than " + UPDATABLE + "\n" + difference(allowed));
        }
    }

    private static void restore(ObjectNode target, JsonNode source, String field) {
        JsonNode value = source.get(field);
        if (value == null) {
            target.remove(field);
        } else {
            target.set(field, value.deepCopy());
        }
    }

    private boolean deadline() {
        JsonNode now = spec.path("activeDeadlineSeconds");
        JsonNode before = old.path("activeDeadlineSeconds");
        String path = "spec.activeDeadlineSeconds";
        if (now.isNumber() && before.isNumber() && now.asLong() > before.asLong()) {
            checks.invalid(path, now, "must be less than or equal to previous value");
            return false;
        }
        if (!now.isNumber() && before.isNumber()) {
            checks.invalid(path, now, "must not update from a positive integer to nil value");
        }
        return true;
    }

    private void tolerations() {
        for (JsonNode before : old.path("tolerations")) {
            boolean kept = spec.path("tolerations").valueStream().anyMatch(now -> sameButSeconds(now, before));
            if (!kept) {
                checks.forbidden(
                        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static boolean sameButSeconds(JsonNode now, JsonNode before) {
        ObjectNode expected = (ObjectNode) before.deepCopy();
        restore(expected, now, "tolerationSeconds");
        return Json.same(now, expected);
    }

    private void gates() {
        Set<String> known = new HashSet<>();
        old.path("schedulingGates").forEach(gate -> known.add(text(gate, "name")));
        for (int i = 0; i < spec.path("schedulingGates").size(); i++) {
            String name = text(spec.path("schedulingGates").path(i), "name");
            if (!known.contains(name)) {
                checks.forbidden(
                        "spec.schedulingGates[" + i + "].name",
                        "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }

    /** The top-level fields that differ, before and after. */
    private String difference(ObjectNode now) {
        Set<String> names = new HashSet<>(now.propertyNames());
        names.addAll(old.propertyNames());
        List<String> lines = new ArrayList<>();
        names.stream().sorted().forEach(name -> {
            if (!Json.same(now.path(name), old.path(name))) {
                line(lines, "- ", name, old.path(name));
                line(lines, "+ ", name, now.path(name));
            }
        });
        return String.join("\n", lines);
    }

    private static void line(List<String> lines, String sign, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            lines.add(sign + name + ": " + value);
        }
    }
}
