package io.i2kit.apiserver.registry.networking;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.NetworkRules;
import io.i2kit.apiserver.registry.core.ReferenceRules;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code ValidateIngressSpec} of {@code pkg/apis/networking/validation/validation.go}, in its order. */
final class IngressValidation {
    private static final List<String> PATH_TYPES = List.of("Exact", "ImplementationSpecific", "Prefix");
    private static final List<String> BAD_SEQUENCES = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> BAD_SUFFIXES = List.of("/..", "/.");

    private final JsonNode spec;
    private final FieldChecks checks;

    IngressValidation(JsonNode spec, FieldChecks checks) {
        this.spec = spec;
        this.checks = checks;
    }

    /** @param wildcardRules whether the rules of hosts with a wildcard are judged too */
    void validate(boolean secretNames, boolean wildcardRules) {
        JsonNode rules = spec.path("rules");
        if (rules.isEmpty() && !spec.has("defaultBackend")) {
            checks.invalid("spec", rules, "either `defaultBackend` or `rules` must be specified");
        }
        if (spec.has("defaultBackend")) {
            backend(spec.path("defaultBackend"), "spec.defaultBackend");
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.path(i), "spec.rules[" + i + "]", wildcardRules);
        }
        for (int i = 0; i < spec.path("tls").size(); i++) {
            tls(spec.path("tls").path(i), "spec.tls[" + i + "]", secretNames);
        }
        if (spec.has("ingressClassName")) {
            checks.subdomain(text(spec, "ingressClassName"), "spec.ingressClassName");
        }
    }

    boolean secretNamesAreValid() {
        List<String> problems = new ArrayList<>();
        for (JsonNode tls : spec.path("tls")) {
            String name = text(tls, "secretName");
            if (!name.isEmpty()) {
                Names.dns1123Subdomain(name, false, problems::add);
            }
        }
        return problems.isEmpty();
    }

    boolean wildcardRulesAreValid() {
        List<FieldError> faults = new ArrayList<>();
        for (JsonNode rule : spec.path("rules")) {
            if (text(rule, "host").contains("*")) {
                new IngressValidation(spec, new FieldChecks(faults::add)).http(rule, "");
            }
        }
        return faults.isEmpty();
    }

    private void tls(JsonNode tls, String path, boolean secretNames) {
        for (int i = 0; i < tls.path("hosts").size(); i++) {
            host(tls.path("hosts").path(i).asString(""), path + ".hosts[" + i + "]");
        }
        if (secretNames && !text(tls, "secretName").isEmpty()) {
            checks.subdomain(text(tls, "secretName"), path + ".secretName");
        }
    }

    private void host(String host, String path) {
        if (host.contains("*")) {
            NetworkRules.wildcard(host, problem -> checks.invalid(path, host, problem));
        } else {
            checks.subdomain(host, path);
        }
    }

    private void rule(JsonNode rule, String path, boolean wildcardRules) {
        String host = text(rule, "host");
        if (!host.isEmpty()) {
            if (NetworkRules.isAddress(host)) {
                checks.invalid(path + ".host", host, "must be a DNS name, not an IP address");
            }
            host(host, path + ".host");
        }
        if (!host.contains("*") || wildcardRules) {
            http(rule, path);
        }
    }

    private void http(JsonNode rule, String path) {
        if (!rule.has("http")) {
            return;
        }
        JsonNode paths = rule.path("http").path("paths");
        if (paths.isEmpty()) {
            checks.required(path + ".http.paths", "");
        }
        for (int i = 0; i < paths.size(); i++) {
            path(paths.path(i), path + ".http.paths[" + i + "]");
        }
    }

    private void path(JsonNode path, String here) {
        if (!path.has("pathType")) {
            checks.required(here + ".pathType", "pathType must be specified");
            return;
        }
        String value = text(path, "path");
        switch (text(path, "pathType")) {
            case "Exact", "Prefix" -> {
                absolute(value, here);
                for (String bad : BAD_SEQUENCES) {
                    if (value.contains(bad)) {
                        checks.invalid(here + ".path", value, "must not contain '" + bad + "'");
                    }
                }
                for (String bad : BAD_SUFFIXES) {
                    if (value.endsWith(bad)) {
                        checks.invalid(here + ".path", value, "cannot end with '" + bad + "'");
                    }
                }
            }
            case "ImplementationSpecific" -> {
                if (!value.isEmpty()) {
                    absolute(value, here);
                }
            }
            default -> checks.notSupported(here + ".pathType", path.path("pathType"), PATH_TYPES);
        }
        backend(path.path("backend"), here + ".backend");
    }

    private void absolute(String value, String here) {
        if (!value.startsWith("/")) {
            checks.invalid(here + ".path", value, "must be an absolute path");
        }
    }

    private void backend(JsonNode backend, String path) {
        JsonNode service = backend.path("service");
        if (backend.has("resource") && backend.has("service")) {
            checks.invalid(path, "", "cannot set both resource and service backends");
        } else if (backend.has("resource")) {
            JsonNode resource = backend.path("resource");
            if (resource.has("apiGroup")) {
                checks.subdomain(text(resource, "apiGroup"), path + ".resource.apiGroup");
            }
            ReferenceRules.kindAndName(checks, resource, path + ".resource");
        } else if (backend.has("service")) {
            if (text(service, "name").isEmpty()) {
                checks.required(path + ".service.name", "");
            } else {
                checks.label(text(service, "name"), path + ".service.name");
            }
            port(service.path("port"), path);
        } else {
            checks.invalid(path, "", "resource or service backend is required");
        }
    }

    private void port(JsonNode port, String path) {
        boolean named = !text(port, "name").isEmpty();
        boolean numbered = port.path("number").asInt(0) != 0;
        if (named && numbered) {
            checks.invalid(path, "", "cannot set both port name & port number");
        } else if (named) {
            checks.port(port.path("name"), path + ".service.port.name");
        } else if (numbered) {
            checks.port(port.path("number"), path + ".service.port.number");
        } else {
            checks.required(path, "port name or number is required");
        }
    }
}
