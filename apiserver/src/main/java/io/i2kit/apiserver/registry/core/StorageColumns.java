package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Columns of volumes, claims, quotas and Pod templates ({@code pkg/printers/internalversion/printers.go}). */
final class StorageColumns {
    private static final String UNSET = "<unset>";
    private static final Map<String, String> SHORT_MODES = shortModes();

    static final List<Column> VOLUMES = List.of(
            Column.nameColumn(),
            Column.text(
                    "Capacity",
                    "The volume's size.",
                    volume ->
                            volume.path("spec").path("capacity").path("storage").asString("0")),
            Column.text(
                    "Access Modes",
                    "How the volume can be mounted.",
                    volume -> modes(volume.path("spec").path("accessModes"))),
            Column.text(
                    "Reclaim Policy",
                    "What becomes of the volume when it is released.",
                    volume -> text(volume.path("spec"), "persistentVolumeReclaimPolicy")),
            Column.text("Status", "The phase of the volume.", StorageColumns::phase),
            Column.text("Claim", "The claim that the volume is bound to.", StorageColumns::claim),
            Column.text("StorageClass", "StorageClass of the pv", StorageColumns::className),
            Column.text(
                    "VolumeAttributesClass",
                    "VolumeAttributesClass of the pv",
                    volume -> volume.path("spec")
                            .path("volumeAttributesClassName")
                            .asString(UNSET)),
            Column.text("Reason", "Why the volume is in its phase.", volume -> text(volume.path("status"), "reason")),
            Column.age(),
            Column.wide("VolumeMode", "A filesystem or a raw block.", StorageColumns::volumeMode));

    static final List<Column> CLAIMS = List.of(
            Column.nameColumn(),
            Column.text("Status", "The phase of the claim.", StorageColumns::phase),
            Column.text("Volume", "The volume behind the claim.", claim -> text(claim.path("spec"), "volumeName")),
            Column.text(
                    "Capacity",
                    "The volume's size.",
                    claim -> ifBound(
                            claim,
                            claim.path("status")
                                    .path("capacity")
                                    .path("storage")
                                    .asString("0"))),
            Column.text(
                    "Access Modes",
                    "How the volume can be mounted.",
                    claim -> ifBound(claim, modes(claim.path("status").path("accessModes")))),
            Column.text("StorageClass", "StorageClass of the pvc", StorageColumns::className),
            Column.text(
                    "VolumeAttributesClass",
                    "VolumeAttributesClass of the pvc",
                    claim ->
                            claim.path("spec").path("volumeAttributesClassName").asString(UNSET)),
            Column.age(),
            Column.wide("VolumeMode", "A filesystem or a raw block.", StorageColumns::volumeMode));

    static final List<Column> QUOTAS = List.of(
            Column.nameColumn(),
            Column.text(
                    "Request",
                    "Request represents a minimum amount of cpu/memory that a container may consume.",
                    quota -> usage(quota, false)),
            Column.text(
                    "Limit",
                    "Limits control the maximum amount of cpu/memory that a container may use independent of contention on"
                            + " the node.",
                    quota -> usage(quota, true)),
            Column.age());

    static final List<Column> POD_TEMPLATES = List.of(
            Column.nameColumn(),
            shown(TemplateColumns.containers("template")),
            shown(TemplateColumns.images("template")),
            Column.text("Pod Labels", "The labels for the pod template.", template -> {
                String labels = Scale.selectorText(
                        template.path("template").path("metadata").path("labels"));
                return labels.isEmpty() ? "<none>" : labels;
            }));

    private StorageColumns() {}

    private static Column shown(Column column) {
        return new Column(column.name(), column.type(), column.format(), column.description(), 0, column.cell());
    }

    private static Map<String, String> shortModes() {
        Map<String, String> modes = new LinkedHashMap<>();
        modes.put("ReadWriteOnce", "RWO");
        modes.put("ReadOnlyMany", "ROX");
        modes.put("ReadWriteMany", "RWX");
        modes.put("ReadWriteOncePod", "RWOP");
        return modes;
    }

    private static String modes(JsonNode modes) {
        List<String> given = modes.valueStream().map(mode -> mode.asString("")).toList();
        List<String> shown = new ArrayList<>();
        SHORT_MODES.forEach((mode, text) -> {
            if (given.contains(mode)) {
                shown.add(text);
            }
        });
        return String.join(",", shown);
    }

    private static String phase(JsonNode object) {
        return Meta.isDeleting(object) ? "Terminating" : text(object.path("status"), "phase");
    }

    private static String claim(JsonNode volume) {
        JsonNode claim = volume.path("spec").path("claimRef");
        return claim.isObject() ? text(claim, "namespace") + "/" + text(claim, "name") : "";
    }

    private static String className(JsonNode object) {
        String old = text(object.path("metadata").path("annotations"), "volume.beta.kubernetes.io/storage-class");
        return old.isEmpty() ? text(object.path("spec"), "storageClassName") : old;
    }

    private static String volumeMode(JsonNode object) {
        return object.path("spec").path("volumeMode").asString(UNSET);
    }

    private static String ifBound(JsonNode claim, String value) {
        return text(claim.path("spec"), "volumeName").isEmpty() ? "" : value;
    }

    private static String usage(JsonNode quota, boolean limits) {
        JsonNode hard = quota.path("status").path("hard");
        List<String> shown = new ArrayList<>();
        for (String resource : new TreeSet<>(hard.propertyNames())) {
            if (resource.startsWith("limits.") == limits) {
                String used = quota.path("status").path("used").path(resource).asString("0");
                shown.add(resource + ": " + used + "/" + hard.path(resource).asString("0"));
            }
        }
        return String.join(", ", shown);
    }
}
