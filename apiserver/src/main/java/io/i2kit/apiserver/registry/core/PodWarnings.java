package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.quoted;
import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.openapi.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** {@code pkg/api/pod/warnings.go}, without volume types and node labels that i2kit refuses anyway. */
final class PodWarnings {
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers", "ephemeralContainers");

    private final JsonNode template;
    private final JsonNode spec;
    private final String path;
    private final Consumer<String> warnings;

    /** @param path of the template, or empty for a Pod */
    PodWarnings(JsonNode template, String path, Consumer<String> warnings) {
        this.template = template;
        this.spec = template.path("spec");
        this.path = path.isEmpty() ? "" : path + ".";
        this.warnings = warnings;
    }

    void report() {
        JsonNode spread = spec.path("topologySpreadConstraints");
        for (int i = 0; i < spread.size(); i++) {
            if (!spread.path(i).has("labelSelector")) {
                warn(
                        "spec.topologySpreadConstraints[" + i + "].labelSelector",
                        "a null labelSelector results in matching no pod");
            }
        }
        annotations();
        repeated("hostAliases", "ip");
        repeated("imagePullSecrets", "name");
        JsonNode secrets = spec.path("imagePullSecrets");
        for (int i = 0; i < secrets.size(); i++) {
            if (text(secrets.path(i), "name").isEmpty()) {
                warn("spec.imagePullSecrets[" + i + "].name", "invalid empty name \"\"");
            }
        }
        for (String list : CONTAINER_LISTS) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                container(spec.path(list).path(i), "spec." + list + "[" + i + "]");
            }
        }
        ports();
        if (spec.path("terminationGracePeriodSeconds").asLong(0) < 0) {
            warn(
                    "spec.terminationGracePeriodSeconds",
                    "must be >= 0; negative values are invalid and will be treated as 1");
        }
    }

    private void warn(String field, String message) {
        warnings.accept(path + field + ": " + message);
    }

    private void annotations() {
        JsonNode annotations = template.path("metadata").path("annotations");
        Map<String, String> old = Map.of(
                "scheduler.alpha.kubernetes.io/critical-pod",
                "non-functional in v1.16+; use the \"priorityClassName\" field instead",
                "security.alpha.kubernetes.io/sysctls",
                "non-functional in v1.11+; use the \"sysctls\" field instead",
                "security.alpha.kubernetes.io/unsafe-sysctls",
                "non-functional in v1.11+; use the \"sysctls\" field instead");
        for (String key : annotations.propertyNames()) {
            String message = old.get(key);
            if (message != null) {
                warn("metadata.annotations[" + key + "]", message);
            }
        }
    }

    private void repeated(String list, String field) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.path(list).size(); i++) {
            String value = text(spec.path(list).path(i), field);
            if (!seen.add(value)) {
                warn("spec." + list + "[" + i + "]." + field, "duplicate " + field + " " + quoted(value));
            }
        }
    }

    private void container(JsonNode container, String here) {
        for (String kind : List.of("limits", "requests")) {
            for (String resource : List.of("memory", "ephemeral-storage")) {
                JsonNode amount = container.path("resources").path(kind).path(resource);
                if (amount.isString()
                        && Quantity.parse(amount.asString())
                                        .amount()
                                        .remainder(BigDecimal.ONE)
                                        .signum()
                                != 0) {
                    warn(
                            here + ".resources." + kind + "[" + resource + "]",
                            "fractional byte value " + amount + " is invalid, must be an integer");
                }
            }
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < container.path("env").size(); i++) {
            JsonNode variable = container.path("env").path(i);
            String name = text(variable, "name");
            String reference = "$(" + name + ")";
            String value = text(variable, "value");
            boolean extends_ = !variable.has("valueFrom") && !value.equals(reference) && value.contains(reference);
            if (!names.add(name) && !extends_) {
                warn(
                        here + ".env[" + i + "]",
                        "hides previous definition of " + quoted(name) + ", which may be dropped when using apply");
            }
        }
    }

    private record PortAt(JsonNode port, String path) {}

    private void ports() {
        Map<String, List<PortAt>> seen = new HashMap<>();
        for (String list : CONTAINER_LISTS) {
            for (int c = 0; c < spec.path(list).size(); c++) {
                JsonNode ports = spec.path(list).path(c).path("ports");
                for (int p = 0; p < ports.size(); p++) {
                    PortAt here = new PortAt(ports.path(p), "spec." + list + "[" + c + "].ports[" + p + "]");
                    String key = text(here.port(), "containerPort") + "/" + text(here.port(), "protocol");
                    List<PortAt> others = seen.computeIfAbsent(key, port -> new ArrayList<>());
                    others.forEach(other -> overlap(here, other));
                    others.add(here);
                }
            }
        }
    }

    private void overlap(PortAt here, PortAt other) {
        int mine = here.port().path("hostPort").asInt(0);
        int theirs = other.port().path("hostPort").asInt(0);
        boolean sameAddress = text(here.port(), "hostIP").equals(text(other.port(), "hostIP"));
        if (sameAddress && mine == theirs) {
            warn(here.path(), "duplicate port definition with " + path + other.path());
        } else if (mine == 0 || theirs == 0) {
            warn(here.path(), "overlapping port definition with " + path + other.path());
        }
    }
}
