package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A PersistentVolumeClaim's spec, in claims and in the templates of StatefulSets: {@code ValidatePersistentVolumeClaimSpec} of
 * {@code pkg/apis/core/validation/validation.go}, its defaults and the warnings of {@code pkg/api/persistentvolumeclaim/util.go}.
 */
public final class ClaimRules {
    static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");
    private static final String CLAIM = "PersistentVolumeClaim";

    private ClaimRules() {}

    /** The defaults of a spec. */
    public static void setDefaults(ObjectNode spec) {
        if (!spec.has("volumeMode")) {
            spec.put("volumeMode", "Filesystem");
        }
    }

    /** The faults of a spec. */
    public static void validate(JsonNode spec, String path, FieldChecks checks) {
        if (spec.path("accessModes").isEmpty()) {
            checks.required(path + ".accessModes", "at least 1 access mode is required");
        }
        if (spec.has("selector")) {
            checks.selector(spec.path("selector"), path + ".selector");
        }
        accessModes(spec.path("accessModes"), path + ".accessModes", checks);
        storage(spec.path("resources").path("requests").path("storage"), path + ".resources[storage]", checks);
        className(text(spec, "storageClassName"), path + ".storageClassName", checks);
        if (spec.has("volumeMode") && !VOLUME_MODES.contains(text(spec, "volumeMode"))) {
            checks.notSupported(path + ".volumeMode", spec.path("volumeMode"), VOLUME_MODES);
        }
        for (String field : List.of("dataSource", "dataSourceRef")) {
            if (spec.has(field)) {
                source(spec.path(field), path + "." + field, checks);
            }
        }
        sources(spec, path, checks);
        className(text(spec, "volumeAttributesClassName"), path + ".volumeAttributesClassName", checks);
    }

    static void accessModes(JsonNode modes, String path, FieldChecks checks) {
        boolean alone = false;
        boolean others = false;
        for (JsonNode mode : modes) {
            boolean known = ACCESS_MODES.contains(mode.asString(""));
            if (!known) {
                checks.notSupported(path, mode, ACCESS_MODES);
            }
            boolean isAlone = mode.asString("").equals("ReadWriteOncePod");
            alone |= isAlone;
            others |= known && !isAlone;
        }
        if (alone && others) {
            checks.forbidden(path, "may not use ReadWriteOncePod with other access modes");
        }
    }

    static void className(String name, String path, FieldChecks checks) {
        if (!name.isEmpty()) {
            checks.subdomain(name, path);
        }
    }

    private static void storage(JsonNode amount, String path, FieldChecks checks) {
        if (amount.isMissingNode()) {
            checks.required(path, "");
        } else if (Quantity.parse(amount.asString()).sign() <= 0) {
            checks.invalid(path, amount, "must be greater than zero");
        }
    }

    private static void source(JsonNode source, String path, FieldChecks checks) {
        for (String field : List.of("name", "kind")) {
            if (text(source, field).isEmpty()) {
                checks.required(path + "." + field, "");
            }
        }
        String group = text(source, "apiGroup");
        if (group.isEmpty() && !text(source, "kind").equals(CLAIM)) {
            checks.invalid(
                    path,
                    text(source, "kind"),
                    "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        if (!group.isEmpty()) {
            checks.subdomain(group, path + ".apiGroup");
        }
        if (!text(source, "namespace").isEmpty()) {
            checks.label(text(source, "namespace"), path + ".namespace");
        }
    }

    private static void sources(JsonNode spec, String path, FieldChecks checks) {
        JsonNode source = spec.path("dataSource");
        JsonNode reference = spec.path("dataSourceRef");
        if (!source.isObject() || !reference.isObject()) {
            return;
        }
        // Upstream shows the path itself as the value, which JSON writes as an empty object.
        JsonNode shown = Json.object();
        if (!text(reference, "namespace").isEmpty()) {
            checks.invalid(path, shown, "may not be specified when dataSourceRef.namespace is specified");
        } else if (!Json.same(source, reference)) {
            checks.invalid(path, shown, "must match dataSourceRef");
        }
    }

    /** Warnings of a spec. */
    public static void warnings(JsonNode spec, String path, Consumer<String> warnings) {
        for (String kind : List.of("requests", "limits")) {
            JsonNode storage = spec.path("resources").path(kind).path("storage");
            if (storage.isString() && isFractional(storage.asString())) {
                warnings.accept(path + ".resources." + kind + "[storage]: fractional byte value " + storage
                        + " is invalid, must be an integer");
            }
        }
    }

    private static boolean isFractional(String amount) {
        return Quantity.parse(amount).amount().remainder(BigDecimal.ONE).signum() != 0;
    }
}
