package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import io.i2kit.apiserver.registry.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code plugin/pkg/admission/runtimeclass}: a Pod's class must be there, and gives it its overhead and where it may run. */
final class RuntimeClasses implements Admission {
    private static final String CLASSES = "node.k8s.io/runtimeclasses";

    private final StoredObjects objects;

    RuntimeClasses(StoredObjects objects) {
        this.objects = objects;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods") || !(request.state().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        String name = text(spec, "runtimeClassName");
        ObjectNode type = name.isEmpty() ? null : objects.get(CLASSES, "", name);
        if (type == null && !name.isEmpty()) {
            throw request.forbidden("pod rejected: RuntimeClass \"" + name + "\" not found");
        }
        overhead(request, spec, type);
        if (type != null) {
            nodes(request, spec, type.path("scheduling").path("nodeSelector"));
            tolerations(spec, type.path("scheduling").path("tolerations"));
        }
    }

    private static void overhead(AdmissionRequest request, ObjectNode spec, @Nullable ObjectNode type) {
        JsonNode fixed =
                type == null ? spec.path("none") : type.path("overhead").path("podFixed");
        JsonNode given = spec.path("overhead");
        if (fixed.isMissingNode() && !given.isMissingNode()) {
            throw request.forbidden(
                    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
        if (!given.isEmpty() && !Json.same(given, fixed)) {
            throw request.forbidden("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        if (!fixed.isMissingNode()) {
            spec.set("overhead", fixed.deepCopy());
        }
    }

    private static void nodes(AdmissionRequest request, ObjectNode spec, JsonNode selector) {
        for (Map.Entry<String, JsonNode> label : selector.properties()) {
            ObjectNode own = spec.withObjectProperty("nodeSelector");
            String key = label.getKey();
            JsonNode before = own.get(key);
            if (before != null && !before.equals(label.getValue())) {
                throw request.forbidden("conflict: runtimeClass.scheduling.nodeSelector[" + key + "] = "
                        + label.getValue().asString("") + "; pod.spec.nodeSelector[" + key + "] = "
                        + before.asString(""));
            }
            own.set(key, label.getValue());
        }
    }

    private static void tolerations(ObjectNode spec, JsonNode more) {
        for (JsonNode toleration : more) {
            ArrayNode own = spec.withArrayProperty("tolerations");
            if (own.valueStream().noneMatch(present -> Json.same(present, toleration))) {
                own.add(toleration.deepCopy());
            }
        }
    }
}
