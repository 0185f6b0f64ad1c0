package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Containers, init containers and ephemeral containers of a PodSpec. */
final class ContainerValidation {
    private static final String NO_SIDECAR = "may not be set for init containers without restartPolicy=Always";
    private static final List<String> NOT_EPHEMERAL = List.of(
            "ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy");

    private final FieldChecks checks;
    private final JsonNode spec;
    private final Set<String> volumes;
    private final ProbeValidation probes;

    /** @param volumes names of the Pod's volumes */
    ContainerValidation(FieldChecks checks, JsonNode spec, Set<String> volumes) {
        this.checks = checks;
        this.spec = spec;
        this.volumes = volumes;
        this.probes = new ProbeValidation(checks, spec.path("terminationGracePeriodSeconds"));
    }

    void validate(String path) {
        JsonNode containers = spec.path("containers");
        if (containers.isEmpty()) {
            checks.required(path + ".containers", "");
        }
        Set<String> names = new HashSet<>();
        Set<String> hostPorts = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            regular(containers.path(i), path + ".containers[" + i + "]", names);
        }
        for (int i = 0; i < containers.size(); i++) {
            hostPorts(containers.path(i), path + ".containers[" + i + "]", hostPorts);
        }
        JsonNode init = spec.path("initContainers");
        for (int i = 0; i < init.size(); i++) {
            init(init.path(i), path + ".initContainers[" + i + "]", names);
        }
        JsonNode ephemeral = spec.path("ephemeralContainers");
        Set<String> targets = Set.copyOf(names);
        for (int i = 0; i < ephemeral.size(); i++) {
            ephemeral(ephemeral.path(i), path + ".ephemeralContainers[" + i + "]", names, targets);
        }
    }

    private void regular(JsonNode container, String path, Set<String> names) {
        common(container, path);
        unique(container, path, names);
        probes.lifecycle(container.path("lifecycle"), path + ".lifecycle");
        probes.all(container, path);
        if (container.has("restartPolicy")) {
            checks.forbidden(path + ".restartPolicy", "may not be set for non-init containers");
        }
    }

    private void init(JsonNode container, String path, Set<String> names) {
        common(container, path);
        checks.optionalOneOf(container, "restartPolicy", path, List.of("Always"));
        unique(container, path, names);
        hostPorts(container, path, new HashSet<>());
        if (text(container, "restartPolicy").equals("Always")) {
            probes.lifecycle(container.path("lifecycle"), path + ".lifecycle");
            probes.all(container, path);
            return;
        }
        for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(field)) {
                checks.forbidden(path + "." + field, NO_SIDECAR);
            }
        }
    }

    private void ephemeral(JsonNode container, String path, Set<String> names, Set<String> targets) {
        common(container, path);
        unique(container, path, names);
        String target = text(container, "targetContainerName");
        if (!target.isEmpty() && !targets.contains(target)) {
            checks.notFound(path + ".targetContainerName", target);
        }
        for (String field : NOT_EPHEMERAL) {
            if (!container.path(field).isEmpty()) {
                checks.forbidden(path + "." + field, "cannot be set for an Ephemeral Container");
            }
        }
    }

    private void unique(JsonNode container, String path, Set<String> names) {
        String name = text(container, "name");
        if (!name.isEmpty() && !names.add(name)) {
            checks.duplicate(path + ".name", name);
        }
    }

    private void common(JsonNode container, String path) {
        String name = text(container, "name");
        if (name.isEmpty()) {
            checks.required(path + ".name", "");
        } else {
            checks.label(name, path + ".name");
        }
        if (text(container, "image").isEmpty()) {
            checks.required(path + ".image", "");
        }
        checks.oneOf(container, "terminationMessagePolicy", path, List.of("File", "FallbackToLogsOnError"));
        ports(container.path("ports"), path + ".ports");
        EnvironmentValidation environment = new EnvironmentValidation(checks);
        environment.variables(container.path("env"), path + ".env");
        environment.sources(container.path("envFrom"), path + ".envFrom");
        new MountValidation(checks, volumes).validate(container, path);
        checks.oneOf(container, "imagePullPolicy", path, List.of("Always", "IfNotPresent", "Never"));
        ResourceValidation.requirements(checks, container.path("resources"), path + ".resources");
        resizePolicies(container.path("resizePolicy"), path + ".resizePolicy");
        SecurityContextValidation.container(checks, container.path("securityContext"), spec, path + ".securityContext");
    }

    private void ports(JsonNode ports, String path) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.path(i);
            String here = path + "[" + i + "]";
            String name = text(port, "name");
            if (!name.isEmpty()) {
                Set<String> problems = new HashSet<>();
                ValueRules.portName(name, problem -> {
                    problems.add(problem);
                    checks.invalid(here + ".name", name, problem);
                });
                if (problems.isEmpty() && !names.add(name)) {
                    checks.duplicate(here + ".name", name);
                }
            }
            if (port.path("containerPort").asInt(0) == 0) {
                checks.required(here + ".containerPort", "");
            } else {
                checks.between(port.path("containerPort"), here + ".containerPort", 1, 65_535);
            }
            if (port.path("hostPort").asInt(0) != 0) {
                checks.between(port.path("hostPort"), here + ".hostPort", 1, 65_535);
            }
            checks.oneOf(port, "protocol", here, List.of("SCTP", "TCP", "UDP"));
        }
    }

    private void hostPorts(JsonNode container, String path, Set<String> seen) {
        JsonNode ports = container.path("ports");
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.path(i);
            if (port.path("hostPort").asInt(0) == 0) {
                continue;
            }
            String key = text(port, "protocol") + "/" + text(port, "hostIP") + "/"
                    + port.path("hostPort").asInt();
            if (!seen.add(key)) {
                checks.duplicate(path + ".ports[" + i + "].hostPort", key);
            }
        }
    }

    private void resizePolicies(JsonNode policies, String path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < policies.size(); i++) {
            JsonNode policy = policies.path(i);
            String resource = text(policy, "resourceName");
            if (!seen.add(resource)) {
                checks.duplicate(path + "[" + i + "]", resource);
            }
            listed(resource, path, List.of("cpu", "memory"));
            listed(text(policy, "restartPolicy"), path, List.of("NotRequired", "RestartContainer"));
        }
    }

    private void listed(String value, String path, List<String> supported) {
        if (value.isEmpty()) {
            checks.required(path, "");
        } else if (!supported.contains(value)) {
            checks.notSupported(path, JsonNodeFactory.instance.stringNode(value), supported);
        }
    }
}
