package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Volume mounts and devices of a container. */
final class MountValidation {
    private static final List<String> PROPAGATIONS = List.of("Bidirectional", "HostToContainer", "None");

    private final FieldChecks checks;
    private final Set<String> volumes;

    MountValidation(FieldChecks checks, Set<String> volumes) {
        this.checks = checks;
        this.volumes = volumes;
    }

    void validate(JsonNode container, String path) {
        Set<String> paths = new HashSet<>();
        JsonNode mounts = container.path("volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            mount(mounts.path(i), container, path + ".volumeMounts", path + ".volumeMounts[" + i + "]", paths);
        }
        Set<String> devices = new HashSet<>();
        for (int i = 0; i < container.path("volumeDevices").size(); i++) {
            device(container.path("volumeDevices").path(i), path + ".volumeDevices[" + i + "]", devices);
        }
    }

    private void mount(JsonNode mount, JsonNode container, String list, String path, Set<String> paths) {
        String name = text(mount, "name");
        if (name.isEmpty()) {
            checks.required(path + ".name", "");
        }
        if (!volumes.contains(name)) {
            checks.notFound(path + ".name", name);
        }
        String target = text(mount, "mountPath");
        if (target.isEmpty()) {
            checks.required(path + ".mountPath", "");
        }
        if (!paths.add(target)) {
            checks.invalid(path + ".mountPath", target, "must be unique");
        }
        for (String field : List.of("subPath", "subPathExpr")) {
            String below = text(mount, field);
            // Upstream leaves the index out of these two paths.
            ValueRules.descendingPath(below, problem -> checks.invalid(list + "." + field, below, problem));
        }
        if (!text(mount, "subPath").isEmpty() && !text(mount, "subPathExpr").isEmpty()) {
            checks.invalid(
                    path + ".subPathExpr",
                    text(mount, "subPathExpr"),
                    "subPathExpr and subPath are mutually exclusive");
        }
        propagation(mount, container, list);
    }

    private void propagation(JsonNode mount, JsonNode container, String list) {
        String propagation = text(mount, "mountPropagation");
        if (propagation.isEmpty()) {
            return;
        }
        if (!PROPAGATIONS.contains(propagation)) {
            checks.notSupported(list + ".mountPropagation", mount.path("mountPropagation"), PROPAGATIONS);
        }
        boolean privileged =
                container.path("securityContext").path("privileged").asBoolean(false);
        if (propagation.equals("Bidirectional") && !privileged) {
            checks.forbidden(
                    list + ".mountPropagation",
                    "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private void device(JsonNode device, String path, Set<String> devices) {
        String name = text(device, "name");
        if (name.isEmpty()) {
            checks.required(path + ".name", "");
        }
        if (!volumes.contains(name)) {
            checks.notFound(path + ".name", name);
        }
        String target = text(device, "devicePath");
        if (target.isEmpty()) {
            checks.required(path + ".devicePath", "");
        } else if (!devices.add(target)) {
            checks.invalid(path + ".devicePath", target, "must be unique");
        }
    }
}
