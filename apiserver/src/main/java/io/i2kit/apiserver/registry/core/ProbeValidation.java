package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Probes and lifecycle hooks of a container. */
final class ProbeValidation {
    private static final List<String> COUNTS =
            List.of("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold");
    private static final List<String> PROBE_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> HOOK_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "sleep");

    private final FieldChecks checks;
    private final JsonNode graceSeconds;

    /** @param graceSeconds the Pod's terminationGracePeriodSeconds */
    ProbeValidation(FieldChecks checks, JsonNode graceSeconds) {
        this.checks = checks;
        this.graceSeconds = graceSeconds;
    }

    void all(JsonNode container, String path) {
        for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(name)) {
                probe(container.path(name), name, path + "." + name);
            }
        }
    }

    private void probe(JsonNode probe, String name, String path) {
        handler(probe, PROBE_HANDLERS, path);
        COUNTS.forEach(field -> checks.nonNegative(probe, field, path));
        JsonNode grace = probe.path("terminationGracePeriodSeconds");
        if (grace.isNumber() && grace.asLong() <= 0) {
            checks.invalid(path + ".terminationGracePeriodSeconds", grace, "must be greater than 0");
        }
        if (name.equals("readinessProbe")) {
            if (grace.isNumber()) {
                checks.invalid(path + ".terminationGracePeriodSeconds", grace, "must not be set for readinessProbes");
            }
        } else if (probe.path("successThreshold").asInt(0) != 1) {
            checks.invalid(path + ".successThreshold", probe.path("successThreshold"), "must be 1");
        }
    }

    void lifecycle(JsonNode lifecycle, String path) {
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                handler(lifecycle.path(hook), HOOK_HANDLERS, path + "." + hook);
            }
        }
    }

    private void handler(JsonNode owner, List<String> kinds, String path) {
        boolean found = false;
        for (String kind : kinds) {
            if (!owner.has(kind)) {
                continue;
            }
            if (found) {
                checks.forbidden(path + "." + kind, "may not specify more than 1 handler type");
                continue;
            }
            found = true;
            action(kind, owner.path(kind), path + "." + kind);
        }
        if (!found) {
            checks.required(path, "must specify a handler type");
        }
    }

    private void action(String kind, JsonNode action, String path) {
        switch (kind) {
            case "exec" -> {
                if (action.path("command").isEmpty()) {
                    checks.required(path + ".command", "");
                }
            }
            case "httpGet" -> httpGet(action, path);
            case "sleep" -> {
                long seconds = action.path("seconds").asLong(0);
                if (graceSeconds.isNumber() && (seconds < 0 || seconds > graceSeconds.asLong())) {
                    checks.invalid(
                            path,
                            action.path("seconds"),
                            "must be non-negative and less than terminationGracePeriodSeconds (" + graceSeconds.asLong()
                                    + ")");
                }
            }
            default -> checks.port(action.path("port"), path + ".port");
        }
    }

    private void httpGet(JsonNode action, String path) {
        if (text(action, "path").isEmpty()) {
            checks.required(path + ".path", "");
        }
        checks.port(action.path("port"), path + ".port");
        if (!List.of("HTTP", "HTTPS").contains(text(action, "scheme"))) {
            checks.notSupported(path + ".scheme", action.path("scheme"), List.of("HTTP", "HTTPS"));
        }
        for (JsonNode header : action.path("httpHeaders")) {
            ValueRules.headerName(
                    text(header, "name"),
                    problem -> checks.invalid(path + ".httpHeaders", text(header, "name"), problem));
        }
    }
}
