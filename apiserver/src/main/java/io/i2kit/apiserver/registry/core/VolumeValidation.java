package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import io.i2kit.apiserver.registry.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Volumes of a Pod. Of types that i2kit does not serve only that there is one is checked: the rule table refuses them. */
final class VolumeValidation {
    private static final List<String> CSI_SECRETS = List.of(
            "controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef");
    private static final Pattern INITIATOR = Pattern.compile(
            "^iqn\\.\\d{4}-\\d{2}\\.[A-Za-z0-9.-]+:[^,;*&$|\\s]+$|^eui.[A-Za-z0-9]{16}$|^naa.[A-Za-z0-9]{32}$");
    private static final String BAD_MODE = "must be a number between 0 and 0777 (octal), both inclusive";
    private static final int MAX_DRIVER = 63;
    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");

    private final FieldChecks checks;

    VolumeValidation(FieldChecks checks) {
        this.checks = checks;
    }

    /** Answers the names of the good volumes: containers find no others. */
    Set<String> validate(JsonNode volumes, String path) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < volumes.size(); i++) {
            List<FieldError> faults = new ArrayList<>();
            String name = text(volumes.path(i), "name");
            new VolumeValidation(new FieldChecks(faults::add))
                    .volume(volumes.path(i), path + "[" + i + "]", names.contains(name));
            if (faults.isEmpty()) {
                names.add(name);
            }
            faults.forEach(checks::add);
        }
        return names;
    }

    private void volume(JsonNode volume, String path, boolean isTaken) {
        source(volume, path);
        String name = text(volume, "name");
        if (name.isEmpty()) {
            checks.required(path + ".name", "");
        } else {
            checks.label(name, path + ".name");
        }
        if (isTaken) {
            checks.duplicate(path + ".name", name);
        }
    }

    private void source(JsonNode volume, String path) {
        boolean found = false;
        for (String type : volume.propertyNames()) {
            if (type.equals("name")) {
                continue;
            }
            if (found) {
                checks.forbidden(path + "." + type, "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            typed(type, volume.path(type), path + "." + type);
        }
        if (!found) {
            checks.required(path, "must specify a volume type");
        }
    }

    private void typed(String type, JsonNode source, String path) {
        switch (type) {
            case "emptyDir" -> {
                if (source.has("sizeLimit")
                        && Quantity.parse(text(source, "sizeLimit")).sign() < 0) {
                    checks.forbidden(path + ".sizeLimit", "SizeLimit field must be a valid resource quantity");
                }
            }
            case "hostPath" -> hostPath(source, path);
            case "configMap" -> keys(source, "name", path);
            case "secret" -> keys(source, "secretName", path);
            case "downwardAPI" -> downward(source, path);
            case "projected" -> projected(source, path);
            case "persistentVolumeClaim" -> {
                if (text(source, "claimName").isEmpty()) {
                    checks.required(path + ".claimName", "");
                }
            }
            case "nfs" -> nfs(source, path);
            default -> {}
        }
    }

    /** The source of a PersistentVolume. */
    void persistent(String type, JsonNode source, String path) {
        switch (type) {
            case "hostPath" -> hostPath(source, path);
            case "nfs" -> nfs(source, path);
            case "local" -> {
                if (text(source, "path").isEmpty()) {
                    checks.required(path + ".path", "");
                    return;
                }
                ValueRules.noBacksteps(
                        text(source, "path"), problem -> checks.invalid(path + ".path", source.path("path"), problem));
            }
            case "csi" -> csi(source, path);
            case "iscsi" -> iscsi(source, path);
            default -> {}
        }
    }

    private void csi(JsonNode source, String path) {
        String driver = text(source, "driver");
        if (driver.isEmpty()) {
            checks.required(path + ".driver", "");
        } else {
            if (driver.length() > MAX_DRIVER) {
                checks.tooLong(path + ".driver", MAX_DRIVER);
            }
            checks.subdomain(driver.toLowerCase(Locale.ROOT), path + ".driver");
        }
        if (text(source, "volumeHandle").isEmpty()) {
            checks.required(path + ".volumeHandle", "");
        }
        for (String field : CSI_SECRETS) {
            if (source.has(field)) {
                secret(source.path(field), path + "." + field);
            }
        }
    }

    /** {@code validatePVSecretReference}. */
    private void secret(JsonNode reference, String path) {
        if (text(reference, "name").isEmpty()) {
            checks.required(path + ".name", "");
        } else {
            checks.subdomain(text(reference, "name"), path + ".name");
        }
        if (text(reference, "namespace").isEmpty()) {
            checks.required(path + ".namespace", "");
        } else {
            checks.label(text(reference, "namespace"), path + ".namespace");
        }
    }

    /** {@code validateISCSIPersistentVolumeSource}. */
    private void iscsi(JsonNode source, String path) {
        if (text(source, "targetPortal").isEmpty()) {
            checks.required(path + ".targetPortal", "");
        }
        String target = text(source, "iqn");
        if (target.isEmpty()) {
            checks.required(path + ".iqn", "");
        } else if (!INITIATOR.matcher(target).find()) {
            checks.invalid(path + ".iqn", target, "must be valid format");
        }
        checks.between(source.path("lun"), path + ".lun", 0, 255);
        boolean asksSecret = source.path("chapAuthDiscovery").asBoolean(false)
                || source.path("chapAuthSession").asBoolean(false);
        if (asksSecret && !source.has("secretRef")) {
            checks.required(path + ".secretRef", "");
        }
        if (source.has("secretRef") && text(source.path("secretRef"), "name").isEmpty()) {
            checks.required(path + ".secretRef.name", "");
        }
        String initiator = text(source, "initiatorName");
        if (source.has("initiatorName") && !INITIATOR.matcher(initiator).find()) {
            checks.invalid(path + ".initiatorname", initiator, "must be valid format");
        }
    }

    private void hostPath(JsonNode source, String path) {
        String target = text(source, "path");
        if (target.isEmpty()) {
            checks.required(path + ".path", "");
            return;
        }
        ValueRules.noBacksteps(target, problem -> checks.invalid(path + ".path", target, problem));
        if (source.has("type") && !HOST_PATH_TYPES.contains(text(source, "type"))) {
            checks.notSupported(path + ".type", source.path("type"), HOST_PATH_TYPES);
        }
    }

    private void nfs(JsonNode source, String path) {
        for (String field : List.of("server", "path")) {
            if (text(source, field).isEmpty()) {
                checks.required(path + "." + field, "");
            }
        }
        if (!text(source, "path").startsWith("/")) {
            checks.invalid(path + ".path", text(source, "path"), "must be an absolute path");
        }
    }

    private void keys(JsonNode source, String nameField, String path) {
        if (text(source, nameField).isEmpty()) {
            checks.required(path + "." + nameField, "");
        }
        mode(source, "defaultMode", path);
        items(source.path("items"), path + ".items");
    }

    private void items(JsonNode items, String path) {
        for (int i = 0; i < items.size(); i++) {
            String here = path + "[" + i + "]";
            for (String field : List.of("key", "path")) {
                if (text(items.path(i), field).isEmpty()) {
                    checks.required(here + "." + field, "");
                }
            }
            file(items.path(i), here);
        }
    }

    private void file(JsonNode item, String path) {
        String target = text(item, "path");
        ValueRules.filePath(target, problem -> checks.invalid(path + ".path", target, problem));
        mode(item, "mode", path);
    }

    private void mode(JsonNode owner, String field, String path) {
        JsonNode mode = owner.path(field);
        if (mode.isNumber() && (mode.asLong() < 0 || mode.asLong() > 0777)) {
            checks.invalid(path + "." + field, mode, BAD_MODE);
        }
    }

    private void downward(JsonNode source, String path) {
        mode(source, "defaultMode", path);
        EnvironmentValidation references = new EnvironmentValidation(checks);
        JsonNode items = source.path("items");
        // Upstream does not say which of the items it is.
        for (JsonNode item : items) {
            if (text(item, "path").isEmpty()) {
                checks.required(path + ".path", "");
            }
            if (item.has("fieldRef")) {
                references.fieldReference(
                        item.path("fieldRef"), EnvironmentValidation.VOLUME_FIELDS, path + ".fieldRef");
                if (item.has("resourceFieldRef")) {
                    checks.invalid(
                            path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
                }
            } else if (item.has("resourceFieldRef")) {
                references.resourceReference(item.path("resourceFieldRef"), true, path + ".resourceFieldRef");
            } else {
                checks.required(path, "one of fieldRef and resourceFieldRef is required");
            }
            file(item, path);
        }
    }

    private void projected(JsonNode source, String path) {
        mode(source, "defaultMode", path);
        JsonNode sources = source.path("sources");
        for (int i = 0; i < sources.size(); i++) {
            String here = path + ".sources[" + i + "]";
            boolean found = false;
            for (String type : sources.path(i).propertyNames()) {
                if (found) {
                    checks.forbidden(here + "." + type, "may not specify more than 1 volume type per source");
                    continue;
                }
                found = true;
                projection(type, sources.path(i).path(type), here + "." + type);
            }
        }
    }

    private void projection(String type, JsonNode projection, String path) {
        switch (type) {
            case "configMap", "secret" -> keys(projection, "name", path);
            case "downwardAPI" -> downward(projection, path);
            case "serviceAccountToken" -> {
                if (text(projection, "path").isEmpty()) {
                    checks.required(path + ".path", "");
                }
                if (projection.path("expirationSeconds").asLong(0) < 600) {
                    checks.invalid(
                            path + ".expirationSeconds",
                            projection.path("expirationSeconds"),
                            "may not specify a duration less than 10 minutes");
                }
            }
            default -> {}
        }
    }
}
