package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Variables of containers, and references to a Pod's own fields, which volumes have too. */
final class EnvironmentValidation {
    private static final List<String> VARIABLE_FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    static final List<String> VOLUME_FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");
    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");
    private static final List<String> BYTE_DIVISORS =
            List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
    private static final Map<String, String> RESOURCE_WORDS =
            Map.of("memory", "memory", "ephemeral-storage", "local ephemeral storage");
    private static final Pattern SUBSCRIPT = Pattern.compile("(.*)\\['(.*)']");

    private final FieldChecks checks;

    EnvironmentValidation(FieldChecks checks) {
        this.checks = checks;
    }

    void variables(JsonNode variables, String path) {
        for (int i = 0; i < variables.size(); i++) {
            JsonNode variable = variables.path(i);
            String here = path + "[" + i + "]";
            String name = text(variable, "name");
            if (name.isEmpty()) {
                checks.required(here + ".name", "");
            } else {
                ValueRules.environmentName(name, problem -> checks.invalid(here + ".name", name, problem));
            }
            if (variable.has("valueFrom")) {
                valueFrom(variable, here + ".valueFrom");
            }
        }
    }

    private void valueFrom(JsonNode variable, String path) {
        JsonNode source = variable.path("valueFrom");
        if (source.has("fieldRef")) {
            fieldReference(source.path("fieldRef"), VARIABLE_FIELDS, path + ".fieldRef");
        }
        if (source.has("resourceFieldRef")) {
            resourceReference(source.path("resourceFieldRef"), false, path + ".resourceFieldRef");
        }
        for (String kind : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.has(kind)) {
                keyReference(source.path(kind), path + "." + kind);
            }
        }
        if (source.has("fileKeyRef")) {
            fileReference(source.path("fileKeyRef"), path + ".fileKeyRef");
        }
        if (source.isEmpty()) {
            checks.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or"
                            + " `fileKeyRef`");
        } else if (!text(variable, "value").isEmpty()) {
            checks.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            checks.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    private void keyReference(JsonNode reference, String path) {
        checks.subdomain(text(reference, "name"), path + ".name");
        String key = text(reference, "key");
        if (key.isEmpty()) {
            checks.required(path + ".key", "");
        } else {
            ValueRules.configKey(key, problem -> checks.invalid(path + ".key", key, problem));
        }
    }

    /** {@code v1.FileKeySelector}. */
    private void fileReference(JsonNode reference, String path) {
        String key = text(reference, "key");
        if (key.isEmpty()) {
            checks.required(path + ".key", "");
        } else {
            ValueRules.environmentName(key, problem -> checks.invalid(path + ".key", key, problem));
        }
        String volume = text(reference, "volumeName");
        if (volume.isEmpty()) {
            checks.required(path + ".volumeName", "");
        } else {
            checks.label(volume, path + ".volumeName");
        }
        String file = text(reference, "path");
        if (file.isEmpty()) {
            checks.required(path + ".path", "");
        } else {
            ValueRules.noBacksteps(file, problem -> checks.invalid(path + ".path", file, problem));
        }
    }

    /** {@code v1.ObjectFieldSelector}. */
    void fieldReference(JsonNode reference, List<String> known, String path) {
        String field = text(reference, "fieldPath");
        if (field.isEmpty()) {
            checks.required(path + ".fieldPath", "");
            return;
        }
        Matcher subscript = SUBSCRIPT.matcher(field);
        if (!subscript.matches()) {
            boolean whole = field.equals("metadata.labels") || field.equals("metadata.annotations");
            if (!known.contains(field) && (whole || VARIABLE_FIELDS.contains(field))) {
                checks.notSupported(path + ".fieldPath", reference.path("fieldPath"), known);
            } else if (!known.contains(field)) {
                checks.invalid(
                        path + ".fieldPath", field, "error converting fieldPath: field label not supported: " + field);
            }
            return;
        }
        switch (subscript.group(1)) {
            case "metadata.annotations", "metadata.labels" -> checks.qualified(subscript.group(2), path);
            default ->
                checks.invalid(
                        path + ".fieldPath",
                        field,
                        "error converting fieldPath: field label does not support subscript: " + field);
        }
    }

    /**
     * {@code v1.ResourceFieldSelector}.
     *
     * @param volume whether the container must be named
     */
    void resourceReference(JsonNode reference, boolean volume, String path) {
        String resource = text(reference, "resource");
        if (volume && text(reference, "containerName").isEmpty()) {
            checks.required(path + ".containerName", "");
        } else if (resource.isEmpty()) {
            checks.required(path + ".resource", "");
        } else if (!RESOURCES.contains(resource) && !resource.matches("(limits|requests)\\.hugepages-.*")) {
            checks.notSupported(path + ".resource", reference.path("resource"), RESOURCES);
        }
        String divisor = text(reference, "divisor");
        if (divisor.isEmpty() || divisor.equals("0")) {
            return;
        }
        String word = RESOURCE_WORDS.getOrDefault(resource.substring(resource.indexOf('.') + 1), "");
        if (resource.endsWith(".cpu") && !List.of("1m", "1").contains(divisor)) {
            checks.invalid(
                    path + ".divisor", resource, "only divisor's values 1m and 1 are supported with the cpu resource");
        } else if (!word.isEmpty() && !BYTE_DIVISORS.contains(divisor)) {
            checks.invalid(
                    path + ".divisor",
                    resource,
                    "only divisor's values " + String.join(", ", BYTE_DIVISORS) + " are supported with the " + word
                            + " resource");
        }
    }

    void sources(JsonNode sources, String path) {
        for (int i = 0; i < sources.size(); i++) {
            JsonNode source = sources.path(i);
            String here = path + "[" + i + "]";
            String prefix = text(source, "prefix");
            if (!prefix.isEmpty()) {
                ValueRules.environmentName(prefix, problem -> checks.invalid(here + ".prefix", prefix, problem));
            }
            int kinds = 0;
            for (String kind : List.of("configMapRef", "secretRef")) {
                if (source.has(kind)) {
                    kinds++;
                    named(source.path(kind), here + "." + kind);
                }
            }
            if (kinds != 1) {
                checks.invalid(
                        path,
                        JsonNodeFactory.instance.stringNode(""),
                        kinds == 0
                                ? "must specify one of: `configMapRef` or `secretRef`"
                                : "may not have more than one field specified at a time");
            }
        }
    }

    private void named(JsonNode reference, String path) {
        if (text(reference, "name").isEmpty()) {
            checks.required(path + ".name", "");
        } else {
            checks.subdomain(text(reference, "name"), path + ".name");
        }
    }
}
