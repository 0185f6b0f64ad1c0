package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** PersistentVolumeClaims: {@code pkg/registry/core/persistentvolumeclaim/strategy.go} and their validation. */
final class PersistentVolumeClaimStrategy implements RestStrategy {
    private static final String BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
    private static final List<String> SOURCE_KINDS = List.of("PersistentVolumeClaim", "VolumeSnapshot");

    @Override
    public void setDefaults(ObjectNode object) {
        ClaimRules.setDefaults(object.withObjectProperty("spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", "Pending");
        sources(object.withObjectProperty("spec"), Json.object());
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        object.set("status", old.path("status").deepCopy());
        sources(object.withObjectProperty("spec"), old.path("spec"));
    }

    /** {@code EnforceDataSourceBackwardsCompatibility} and {@code NormalizeDataSources}: two names of one thing. */
    private static void sources(ObjectNode spec, JsonNode old) {
        boolean had = old.has("dataSource") || old.has("dataSourceRef");
        if (!had && !spec.has("dataSourceRef") && !isServedSource(spec.path("dataSource"))) {
            spec.remove("dataSource");
        }
        if (spec.has("dataSource") && !spec.has("dataSourceRef")) {
            spec.set("dataSourceRef", spec.path("dataSource").deepCopy());
        } else if (spec.has("dataSourceRef")
                && !spec.has("dataSource")
                && text(spec.path("dataSourceRef"), "namespace").isEmpty()) {
            spec.set("dataSource", spec.path("dataSourceRef").deepCopy());
        }
    }

    private static boolean isServedSource(JsonNode source) {
        String group = text(source, "apiGroup");
        return SOURCE_KINDS.contains(text(source, "kind"))
                && (group.isEmpty() || group.equals("snapshot.storage.k8s.io"));
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        ClaimRules.validate(object.path("spec"), "spec", new FieldChecks(errors));
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        ClaimRules.validate(spec, "spec", checks);
        String mark = text(object.path("metadata").path("annotations"), BETA_CLASS);
        if (!mark.equals(text(old.path("metadata").path("annotations"), BETA_CLASS))) {
            checks.invalid("metadata.annotations." + BETA_CLASS, mark, "field is immutable");
        }
        boolean bound = text(object.path("status"), "phase").equals("Bound");
        if (!Json.same(allowed(spec, before, bound), before)) {
            checks.forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
                            + difference(before, spec));
        }
        size(spec, before, old.path("status").path("capacity").path("storage"), checks);
        checks.immutable(spec.path("volumeMode"), before.path("volumeMode"), "volumeMode");
        if (old.path("status").has("currentVolumeAttributesClassName")
                && before.has("volumeAttributesClassName")
                && text(spec, "volumeAttributesClassName").isEmpty()) {
            String to = spec.has("volumeAttributesClassName") ? "empty string" : "nil";
            checks.forbidden(
                    "spec.volumeAttributesClassName",
                    "update to " + to + " is forbidden when status.currentVolumeAttributesClassName is not nil");
        }
    }

    /** The new spec without the changes that are allowed. */
    private static JsonNode allowed(JsonNode spec, JsonNode before, boolean bound) {
        ObjectNode clone = (ObjectNode) spec.deepCopy();
        if (text(before, "volumeName").isEmpty()) {
            take(before, clone, "volumeName");
        }
        if (!before.has("storageClassName")) {
            clone.remove("storageClassName");
        }
        if (bound) {
            take(before, clone, "volumeAttributesClassName");
            if (clone.path("resources").get("requests") instanceof ObjectNode requests) {
                take(before.path("resources").path("requests"), requests, "storage");
            }
        }
        return clone;
    }

    private static void take(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value);
        }
    }

    /** The fields that differ, a line each way. */
    private static String difference(JsonNode before, JsonNode after) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            if (!Json.same(field.getValue(), after.path(field.getKey()))) {
                text.append("- ")
                        .append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append('\n');
            }
        }
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            if (!Json.same(field.getValue(), before.path(field.getKey()))) {
                text.append("+ ")
                        .append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static void size(JsonNode spec, JsonNode before, JsonNode capacity, FieldChecks checks) {
        Quantity now = storage(spec.path("resources").path("requests").path("storage"));
        Quantity then = storage(before.path("resources").path("requests").path("storage"));
        if (now.compareTo(then) < 0 && now.compareTo(storage(capacity)) <= 0) {
            checks.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
    }

    private static Quantity storage(JsonNode amount) {
        return Quantity.parse(amount.asString("0"));
    }

    @Override
    public void validateStatusUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        for (Map.Entry<String, JsonNode> amount :
                object.path("status").path("capacity").properties()) {
            if (storage(amount.getValue()).sign() < 0) {
                checks.invalid(
                        "status.capacity[" + amount.getKey() + "]",
                        amount.getValue(),
                        "must be a valid resource quantity");
            }
        }
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        if (object.path("metadata").path("annotations").has(BETA_CLASS)) {
            warnings.accept("metadata.annotations[" + BETA_CLASS
                    + "]: deprecated since v1.8; use \"storageClassName\" attribute instead");
        }
        ClaimRules.warnings(object.path("spec"), "spec", warnings);
    }

    @Override
    public List<String> selectableFields() {
        return List.of("name");
    }

    @Override
    public String fieldValue(ObjectNode object, String path) {
        return path.equals("name") ? Meta.name(object) : RestStrategy.super.fieldValue(object, path);
    }
}
