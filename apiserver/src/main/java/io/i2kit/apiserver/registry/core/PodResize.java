package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /resize} of Pods: {@code podResizeStrategy} of {@code pkg/registry/core/pod/strategy.go} and {@code ValidatePodResize} of
 * {@code pkg/apis/core/validation/validation.go}.
 */
final class PodResize {
    private static final List<String> LISTS = List.of("containers", "initContainers");
    private static final List<String> KINDS = List.of("limits", "requests");
    private static final List<String> OF_CONTAINERS = List.of("resources", "resizePolicy");
    private static final Set<String> MUTABLE = Set.of("cpu", "memory");

    private final JsonNode spec;
    private final JsonNode old;
    private final FieldChecks checks;

    PodResize(JsonNode spec, JsonNode old, FieldChecks checks) {
        this.spec = spec;
        this.old = old;
        this.checks = checks;
    }

    /**
     * {@code dropNonResizeUpdates}: the stored spec with the resources of the new one. Other containers than the stored ones are left
     * as they are, for the validation to find.
     */
    static void keepTheRest(ObjectNode object, ObjectNode old) {
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        boolean sameSize = LISTS.stream()
                .allMatch(list -> spec.path(list).size() == before.path(list).size());
        if (!sameSize || !(before.deepCopy() instanceof ObjectNode kept)) {
            return;
        }
        for (String list : LISTS) {
            if (!spec.path(list).isEmpty()) {
                kept.set(list, merged(spec.path(list), before.path(list)));
            }
        }
        if (spec.path("resources") instanceof ObjectNode resources) {
            kept.set("resources", resources);
        }
        object.set("spec", kept);
    }

    private static JsonNode merged(JsonNode containers, JsonNode before) {
        ArrayNode merged = Json.MAPPER.createArrayNode();
        for (int i = 0; i < containers.size(); i++) {
            JsonNode container = containers.path(i);
            if (!text(container, "name").equals(text(before.path(i), "name"))
                    || !(before.path(i).deepCopy() instanceof ObjectNode kept)) {
                return containers;
            }
            for (String field : OF_CONTAINERS) {
                if (container.has(field)) {
                    kept.set(field, container.path(field));
                } else {
                    kept.remove(field);
                }
            }
            merged.add(kept);
        }
        return merged;
    }

    /** Containers whose resources differ, as paths. */
    static Set<String> resized(JsonNode spec, JsonNode old) {
        Set<String> resized = new TreeSet<>();
        for (String list : LISTS) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                JsonNode before = old.path(list).path(i).path("resources");
                if (!Json.same(spec.path(list).path(i).path("resources"), before)) {
                    resized.add("spec." + list + "[" + i + "].resources");
                }
            }
        }
        if (!Json.same(spec.path("resources"), old.path("resources"))) {
            resized.add("spec.resources");
        }
        return resized;
    }

    /** Whether no resize of the Pod is valid; then that is all there is to say. */
    static boolean isImpossible(JsonNode old, FieldChecks checks) {
        boolean isStatic = old.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
        boolean windows = text(old.path("spec").path("os"), "name").equals("windows");
        if (isStatic || windows) {
            checks.forbidden("", (isStatic ? "static" : "windows") + " pods cannot be resized");
        }
        return isStatic || windows;
    }

    /** @param status of the stored Pod */
    void validate(JsonNode status) {
        String quality = text(status, "qosClass");
        if (!(quality.isEmpty() ? QosClass.of(old) : quality).equals(QosClass.of(spec))) {
            checks.invalid("spec", quality, "Pod QOS Class may not change as a result of resizing");
        }
        if (!isSupported(status)) {
            checks.forbidden("spec", "Pod running on node without support for resize");
        }
        ofThePod();
        if (!sameContainers()) {
            return;
        }
        for (String list : List.of("initContainers", "containers")) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                String path = "spec." + list + "[" + i + "].resources";
                removed(spec.path(list).path(i), old.path(list).path(i), path, "resource ");
            }
        }
        for (int i = 0; i < spec.path("containers").size(); i++) {
            if (isMoreThanResized(
                    spec.path("containers").path(i), old.path("containers").path(i))) {
                checks.forbidden("spec", "only cpu and memory resources are mutable");
            }
        }
        for (int i = 0; i < spec.path("initContainers").size(); i++) {
            initContainer(
                    spec.path("initContainers").path(i),
                    old.path("initContainers").path(i),
                    i);
        }
    }

    /** {@code isPodResizeRequestSupported}: a node that can resize says what it allotted. */
    private static boolean isSupported(JsonNode status) {
        for (JsonNode container : status.path("containerStatuses")) {
            if (container.path("state").has("running")) {
                return container.has("resources");
            }
        }
        return true;
    }

    private void ofThePod() {
        if (!old.has("resources") && !spec.has("resources")) {
            return;
        }
        if (old.has("resources")) {
            removed(spec, old, "spec.resources", "pod-level resource ");
        }
        for (String kind : KINDS) {
            if (!Json.same(masked(spec, old, kind), amounts(old, kind))) {
                checks.forbidden("spec", "only cpu and memory resources are mutable at pod-level");
                return;
            }
        }
    }

    private boolean sameContainers() {
        boolean same = true;
        for (String list : LISTS) {
            JsonNode now = spec.path(list);
            JsonNode before = old.path(list);
            if (now.size() != before.size()) {
                checks.forbidden("spec." + list, list + " may not be added or removed on resize");
                same = false;
                continue;
            }
            for (int i = 0; i < before.size(); i++) {
                if (!text(now.path(i), "name").equals(text(before.path(i), "name"))) {
                    checks.forbidden(
                            "spec." + list + "[" + i + "].name", list + " may not be renamed or reordered on resize");
                    same = false;
                }
            }
        }
        return same;
    }

    private void removed(JsonNode owner, JsonNode before, String path, String what) {
        for (String kind : List.of("requests", "limits")) {
            ObjectNode now = amounts(owner, kind);
            if (amounts(before, kind).propertyNames().stream().anyMatch(name -> !now.has(name))) {
                checks.forbidden(path + "." + kind, what + kind + " cannot be removed");
            }
        }
    }

    private void initContainer(JsonNode container, JsonNode before, int index) {
        String path = "spec.initContainers[" + index + "]";
        if (isMoreThanResized(container, before)) {
            checks.forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable");
        }
        if (Json.same(container, before) || text(container, "restartPolicy").equals("Always")) {
            return;
        }
        for (JsonNode policy : container.path("resizePolicy")) {
            if (text(policy, "restartPolicy").equals("RestartContainer")) {
                checks.forbidden(
                        path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
            }
        }
    }

    /** Whether more differs than what a container gets of the processor and the memory. */
    private static boolean isMoreThanResized(JsonNode container, JsonNode before) {
        boolean amounts =
                KINDS.stream().allMatch(kind -> Json.same(masked(container, before, kind), amounts(before, kind)));
        return !amounts || !Json.same(without(container), without(before));
    }

    private static JsonNode without(JsonNode container) {
        JsonNode copy = container.deepCopy();
        if (copy instanceof ObjectNode object) {
            JsonNode claims = object.path("resources").path("claims");
            object.remove("resources");
            if (!claims.isEmpty()) {
                object.set("claims", claims);
            }
        }
        return copy;
    }

    private static ObjectNode amounts(JsonNode owner, String kind) {
        return owner.path("resources").path(kind) instanceof ObjectNode amounts ? amounts : Json.object();
    }

    /** {@code dropCPUMemoryUpdates}. */
    private static ObjectNode masked(JsonNode owner, JsonNode before, String kind) {
        ObjectNode masked = amounts(owner, kind).deepCopy();
        masked.remove(MUTABLE);
        ObjectNode stored = amounts(before, kind);
        MUTABLE.stream().filter(stored::has).forEach(name -> masked.set(name, stored.path(name)));
        return masked;
    }
}
