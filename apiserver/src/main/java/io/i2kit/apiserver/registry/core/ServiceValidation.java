package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** ValidateService of {@code pkg/apis/core/validation/validation.go}. */
final class ServiceValidation {
    private static final Set<String> TYPES = Set.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");

    private ServiceValidation() {}

    static void validate(JsonNode service, Consumer<FieldError> errors) {
        JsonNode spec = service.path("spec");
        String type = ServiceStrategy.type(service);
        boolean headless = spec.path("clusterIP").asString("").equals(ServiceStrategy.NONE);
        if (!TYPES.contains(type)) {
            errors.accept(FieldError.notSupported(
                    "spec.type", quoted(type), "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""));
        }
        if (spec.path("ports").isEmpty() && !headless && !type.equals("ExternalName")) {
            errors.accept(FieldError.required("spec.ports", ""));
        }
        byType(spec, type, headless, errors);
        ports(spec, type, errors);
        for (Map.Entry<String, JsonNode> label : spec.path("selector").properties()) {
            Names.qualified(
                    label.getKey(),
                    problem -> errors.accept(FieldError.invalid("spec.selector", quoted(label.getKey()), problem)));
            String value = label.getValue().asString("");
            Names.labelValue(
                    value, problem -> errors.accept(FieldError.invalid("spec.selector", quoted(value), problem)));
        }
        String affinity = spec.path("sessionAffinity").asString("");
        if (!affinity.equals("None") && !affinity.equals("ClientIP")) {
            errors.accept(FieldError.notSupported("spec.sessionAffinity", quoted(affinity), "\"ClientIP\", \"None\""));
        }
        policy(spec, "externalTrafficPolicy", errors);
        policy(spec, "internalTrafficPolicy", errors);
    }

    private static void policy(JsonNode spec, String field, Consumer<FieldError> errors) {
        String value = spec.path(field).asString("");
        if (!value.isEmpty() && !value.equals("Cluster") && !value.equals("Local")) {
            errors.accept(FieldError.notSupported("spec." + field, quoted(value), "\"Cluster\", \"Local\""));
        }
    }

    private static void byType(JsonNode spec, String type, boolean headless, Consumer<FieldError> errors) {
        if (type.equals("ExternalName")) {
            String name = spec.path("externalName").asString("");
            String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            if (name.isEmpty()) {
                errors.accept(FieldError.required("spec.externalName", ""));
            } else {
                Names.dns1123Subdomain(
                        trimmed,
                        false,
                        problem -> errors.accept(FieldError.invalid("spec.externalName", quoted(name), problem)));
            }
            if (!spec.path("clusterIP").asString("").isEmpty()) {
                errors.accept(FieldError.forbidden("spec.clusterIPs", "may not be set when `type` is 'ExternalName'"));
            }
        }
        if (headless && (type.equals("LoadBalancer") || type.equals("NodePort"))) {
            errors.accept(FieldError.invalid(
                    "spec.clusterIPs[0]", quoted("None"), "may not be set to 'None' for " + type + " services"));
        }
        if (spec.path("ipFamilyPolicy").asString("").equals("RequireDualStack")) {
            errors.accept(FieldError.invalid(
                    "spec.ipFamilyPolicy",
                    quoted("RequireDualStack"),
                    "this cluster is not configured for dual-stack services"));
        }
        for (int i = 0; i < spec.path("ipFamilies").size(); i++) {
            String family = spec.path("ipFamilies").get(i).asString("");
            if (!family.equals("IPv4")) {
                errors.accept(FieldError.invalid(
                        "spec.ipFamilies[" + i + "]", quoted(family), "not configured on this cluster"));
            }
        }
    }

    private static void ports(JsonNode spec, String type, Consumer<FieldError> errors) {
        JsonNode ports = spec.path("ports");
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String path = "spec.ports[" + i + "]";
            name(port, path, ports.size() > 1, names, errors);
            number(port.path("port"), path + ".port", errors);
            String protocol = port.path("protocol").asString("");
            if (!Set.of("TCP", "UDP", "SCTP").contains(protocol)) {
                errors.accept(
                        FieldError.notSupported(path + ".protocol", quoted(protocol), "\"SCTP\", \"TCP\", \"UDP\""));
            }
            target(port.path("targetPort"), path + ".targetPort", errors);
            int nodePort = port.path("nodePort").asInt(0);
            if (nodePort != 0 && (type.equals("ClusterIP") || type.equals("ExternalName"))) {
                errors.accept(
                        FieldError.forbidden(path + ".nodePort", "may not be used when `type` is '" + type + "'"));
            }
            if (!numbers.add(protocol + port.path("port").asInt(0))) {
                errors.accept(FieldError.duplicate(
                        path,
                        "{\"protocol\":" + quoted(protocol) + ",\"port\":"
                                + port.path("port").asInt(0) + "}"));
            }
            if (nodePort != 0 && !nodePorts.add(protocol + nodePort)) {
                errors.accept(FieldError.duplicate(
                        path, "{\"protocol\":" + quoted(protocol) + ",\"nodePort\":" + nodePort + "}"));
            }
        }
    }

    private static void name(
            JsonNode port, String path, boolean required, Set<String> names, Consumer<FieldError> errors) {
        String name = port.path("name").asString("");
        if (name.isEmpty()) {
            if (required) {
                errors.accept(FieldError.required(path + ".name", ""));
            }
            return;
        }
        Names.dns1123Label(
                name, false, problem -> errors.accept(FieldError.invalid(path + ".name", quoted(name), problem)));
        if (!names.add(name)) {
            errors.accept(FieldError.duplicate(path + ".name", quoted(name)));
        }
    }

    static void number(JsonNode port, String path, Consumer<FieldError> errors) {
        int number = port.asInt(0);
        if (number < 1 || number > 65535) {
            errors.accept(FieldError.invalid(path, Integer.toString(number), "must be between 1 and 65535, inclusive"));
        }
    }

    private static void target(JsonNode target, String path, Consumer<FieldError> errors) {
        if (target.isNumber()) {
            number(target, path, errors);
            return;
        }
        String name = target.asString("");
        if (name.length() > 15) {
            errors.accept(FieldError.invalid(path, quoted(name), "must be no more than 15 characters"));
        }
        if (!name.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")) {
            errors.accept(FieldError.invalid(
                    path, quoted(name), "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"));
        }
        if (!name.matches(".*[a-z].*")) {
            errors.accept(FieldError.invalid(path, quoted(name), "must contain at least one letter (a-z)"));
        }
    }

    private static String quoted(String text) {
        return Json.MAPPER.writeValueAsString(text);
    }
}
