package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy;
import java.math.RoundingMode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * PersistentVolumes: {@code pkg/registry/core/persistentvolume/strategy.go} and {@code ValidatePersistentVolumeSpec}. Of the
 * sources themselves hostPath, local, nfs and csi are judged; others are only counted.
 */
final class PersistentVolumeStrategy implements RestStrategy {
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Recycle", "Retain");
    private static final List<String> SOURCES = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "flocker",
            "nfs",
            "rbd",
            "quobyte",
            "cephfs",
            "iscsi",
            "cinder",
            "fc",
            "flexVolume",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "scaleIO",
            "local",
            "storageos",
            "csi");
    private static final Map<String, String> DEPRECATED = Map.of(
            "cephfs", "spec.cephfs: deprecated in v1.28, non-functional in v1.31+",
            "photonPersistentDisk", "spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+",
            "scaleIO", "spec.scaleIO: deprecated in v1.16, non-functional in v1.22+",
            "storageos", "spec.storageOS: deprecated in v1.22, non-functional in v1.25+",
            "glusterfs", "spec.glusterfs: deprecated in v1.25, non-functional in v1.26+",
            "rbd", "spec.rbd: deprecated in v1.28, non-functional in v1.31+");

    private final Clock clock;

    PersistentVolumeStrategy(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        if (text(spec, "persistentVolumeReclaimPolicy").isEmpty()) {
            spec.put("persistentVolumeReclaimPolicy", "Retain");
        }
        if (!spec.has("volumeMode")) {
            spec.put("volumeMode", "Filesystem");
        }
        if (spec.get("iscsi") instanceof ObjectNode source
                && text(source, "iscsiInterface").isEmpty()) {
            source.put("iscsiInterface", "default");
        }
        if (spec.get("hostPath") instanceof ObjectNode path && !path.has("type")) {
            path.put("type", "");
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", "Pending").put("lastPhaseTransitionTime", now());
    }

    private String now() {
        return Meta.time(clock.instant());
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        object.set("status", old.path("status").deepCopy());
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode object, ObjectNode old) {
        RestStrategy.super.prepareForStatusUpdate(object, old);
        ObjectNode status = object.withObjectProperty("status");
        JsonNode before = old.path("status");
        String since = "lastPhaseTransitionTime";
        if (!text(status, "phase").equals(text(before, "phase"))) {
            if (!status.has(since) || Json.same(status.path(since), before.path(since))) {
                status.put(since, now());
            }
        } else if (!status.has(since) && before.has(since)) {
            status.set(since, before.path(since));
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode spec = object.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            checks.required("spec.accessModes", "");
        }
        ClaimRules.accessModes(spec.path("accessModes"), "spec.accessModes", checks);
        capacity(spec.path("capacity"), checks);
        if (!RECLAIM_POLICIES.contains(text(spec, "persistentVolumeReclaimPolicy"))) {
            checks.notSupported(
                    "spec.persistentVolumeReclaimPolicy", spec.path("persistentVolumeReclaimPolicy"), RECLAIM_POLICIES);
        }
        if (spec.path("nodeAffinity").has("required")) {
            new SchedulingValidation(checks)
                    .nodeSelector(spec.path("nodeAffinity").path("required"), "spec.nodeAffinity.required");
        } else if (spec.has("nodeAffinity")) {
            checks.required("spec.nodeAffinity.required", "must specify required node constraints");
        }
        source(spec, checks);
        ClaimRules.className(text(spec, "storageClassName"), "spec.storageClassName", checks);
        if (!ClaimRules.VOLUME_MODES.contains(text(spec, "volumeMode"))) {
            checks.notSupported("spec.volumeMode", spec.path("volumeMode"), ClaimRules.VOLUME_MODES);
        }
        attributesClass(spec, checks);
    }

    private static void capacity(JsonNode capacity, FieldChecks checks) {
        if (capacity.isEmpty()) {
            checks.required("spec.capacity", "");
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            checks.notSupported(
                    "spec.capacity", capacity.isMissingNode() ? Json.MAPPER.nullNode() : capacity, List.of("storage"));
        }
        for (Map.Entry<String, JsonNode> amount : capacity.properties()) {
            Quantity quantity = Quantity.parse(amount.getValue().asString("0"));
            int sign = quantity.sign();
            String path = "spec.capacity[" + amount.getKey() + "]";
            if (sign < 0) {
                String whole = quantity.amount().setScale(0, RoundingMode.UP).toPlainString();
                checks.add(FieldError.invalid(path, whole, "must be a valid resource quantity"));
            }
            if (sign <= 0) {
                checks.invalid(path, amount.getValue(), "must be greater than zero");
            }
        }
    }

    private static void source(JsonNode spec, FieldChecks checks) {
        List<String> present = SOURCES.stream().filter(spec::has).toList();
        if (present.isEmpty()) {
            checks.required("spec", "must specify a volume type");
            return;
        }
        for (String other : present.subList(1, present.size())) {
            checks.forbidden("spec." + other, "may not specify more than 1 volume type");
        }
        String source = present.getFirst();
        new VolumeValidation(checks).persistent(source, spec.path(source), "spec." + source);
        if (source.equals("local") && !spec.has("nodeAffinity")) {
            checks.required("spec.nodeAffinity", "Local volume requires node affinity");
        }
        boolean root = text(spec.path("hostPath"), "path").equals("/");
        if (root && text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
            checks.forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
        }
    }

    private static void attributesClass(JsonNode spec, FieldChecks checks) {
        if (!spec.has("volumeAttributesClassName")) {
            return;
        }
        String name = text(spec, "volumeAttributesClassName");
        if (name.isEmpty()) {
            checks.required("spec.volumeAttributesClassName", "an empty string is disallowed");
        }
        ClaimRules.className(name, "spec.volumeAttributesClassName", checks);
        if (!spec.has("csi")) {
            checks.required("spec.csi", "has to be specified when using volumeAttributesClassName");
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        validate(object, errors);
        JsonNode spec = object.path("spec");
        JsonNode before = old.path("spec");
        List<String> changed = new ArrayList<>();
        for (String source : SOURCES) {
            if (!Json.same(spec.path(source), before.path(source))) {
                changed.add(source);
            }
        }
        if (!changed.isEmpty()) {
            checks.forbidden(
                    "spec.persistentvolumesource",
                    "spec.persistentvolumesource is immutable after creation\n" + String.join(", ", changed));
        }
        checks.immutable(spec.path("volumeMode"), before.path("volumeMode"), "volumeMode");
        if (before.has("nodeAffinity") && !Json.same(spec.path("nodeAffinity"), before.path("nodeAffinity"))) {
            checks.invalid(
                    "nodeAffinity",
                    goStyle(spec.path("nodeAffinity")),
                    "field is immutable, except for updating from beta label to GA");
        }
        if (before.has("volumeAttributesClassName") && !spec.has("volumeAttributesClassName")) {
            checks.forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden");
        }
    }

    /** As upstream shows it: its internal types have no JSON names. */
    private static JsonNode goStyle(JsonNode affinity) {
        if (!affinity.isObject()) {
            return affinity;
        }
        ObjectNode shown = Json.object();
        if (!affinity.has("required")) {
            return shown.putNull("Required");
        }
        ArrayNode terms = shown.putObject("Required").putArray("NodeSelectorTerms");
        for (JsonNode term : affinity.path("required").path("nodeSelectorTerms")) {
            ObjectNode out = terms.addObject();
            for (String field : List.of("matchExpressions", "matchFields")) {
                out.set(field.replaceFirst("m", "M"), term.has(field) ? requirements(term.path(field)) : null);
            }
        }
        return shown;
    }

    private static ArrayNode requirements(JsonNode requirements) {
        ArrayNode shown = Json.MAPPER.createArrayNode();
        requirements.forEach(each -> shown.addObject()
                .put("Key", text(each, "key"))
                .put("Operator", text(each, "operator"))
                .set("Values", each.get("values")));
        return shown;
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        JsonNode spec = object.path("spec");
        if (text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
            warnings.accept("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the"
                    + " recommended approach is to use dynamic provisioning.");
        }
        SOURCES.stream()
                .filter(spec::has)
                .map(DEPRECATED::get)
                .filter(text -> text != null)
                .forEach(warnings);
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
