package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** {@code ValidatePodSpec} of {@code pkg/apis/core/validation/validation.go}, in its order. */
final class PodSpecValidation {
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_SEARCHES = 32;

    private final FieldChecks checks;
    private final JsonNode spec;
    private final String path;

    PodSpecValidation(FieldChecks checks, JsonNode spec, String path) {
        this.checks = checks;
        this.spec = spec;
        this.path = path;
    }

    /** @param pod whether the spec is a Pod's own, not a template's */
    void validate(boolean pod) {
        if (!spec.has("terminationGracePeriodSeconds")) {
            checks.required(path + ".terminationGracePeriodSeconds", "");
        }
        Set<String> volumes = new VolumeValidation(checks).validate(spec.path("volumes"), path + ".volumes");
        new ContainerValidation(checks, spec, volumes).validate(path);
        hostPorts(pod);
        checks.oneOf(spec, "restartPolicy", path, List.of("Always", "OnFailure", "Never"));
        checks.oneOf(spec, "dnsPolicy", path, DNS_POLICIES);
        checks.labels(spec.path("nodeSelector"), path + ".nodeSelector");
        SecurityContextValidation.pod(checks, spec, path);
        new SchedulingValidation(checks).affinity(spec.path("affinity"), path + ".affinity");
        dns();
        gates();
        new SchedulingValidation(checks)
                .spread(spec.path("topologySpreadConstraints"), path + ".topologySpreadConstraints");
        names();
        checks.between(spec.path("activeDeadlineSeconds"), path + ".activeDeadlineSeconds", 1, Integer.MAX_VALUE);
        new SchedulingValidation(checks).tolerations(spec.path("tolerations"), path + ".tolerations");
        hostAliases();
        checks.optionalOneOf(spec, "preemptionPolicy", path, List.of("PreemptLowerPriority", "Never"));
        if (spec.has("os")) {
            checks.oneOf(spec.path("os"), "name", path + ".os", List.of("linux", "windows"));
        }
    }

    private void hostPorts(boolean pod) {
        if (!spec.path("hostNetwork").asBoolean(false)) {
            return;
        }
        for (int c = 0; c < spec.path("containers").size(); c++) {
            JsonNode ports = spec.path("containers").path(c).path("ports");
            for (int p = 0; p < ports.size(); p++) {
                int host = ports.path(p).path("hostPort").asInt(0);
                if ((pod || host != 0)
                        && host != ports.path(p).path("containerPort").asInt(0)) {
                    checks.invalid(
                            path + ".containers[" + c + "].ports[" + p + "].hostPort",
                            ports.path(p).path("hostPort"),
                            "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    private void dns() {
        JsonNode config = spec.path("dnsConfig");
        String here = path + ".dnsConfig";
        if (text(spec, "dnsPolicy").equals("None")) {
            if (!spec.has("dnsConfig")) {
                checks.required(here, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (config.path("nameservers").isEmpty()) {
                checks.required(
                        here + ".nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        JsonNode servers = config.path("nameservers");
        if (servers.size() > MAX_NAMESERVERS) {
            checks.invalid(
                    here + ".nameservers", servers, "must not have more than " + MAX_NAMESERVERS + " nameservers");
        }
        for (int i = 0; i < servers.size(); i++) {
            address(servers.path(i).asString(""), here + ".nameservers[" + i + "]");
        }
        JsonNode searches = config.path("searches");
        if (searches.size() > MAX_SEARCHES) {
            checks.invalid(here + ".searches", searches, "must not have more than " + MAX_SEARCHES + " search paths");
        }
        for (int i = 0; i < searches.size(); i++) {
            String search =
                    searches.path(i).asString("").replaceFirst("\\.$", "").replace('_', '-');
            if (!search.isEmpty()) {
                checks.subdomain(search, here + ".searches[" + i + "]");
            }
        }
        for (int i = 0; i < config.path("options").size(); i++) {
            if (text(config.path("options").path(i), "name").isEmpty()) {
                checks.required(here + ".options[" + i + "]", "must not be empty");
            }
        }
    }

    private void address(String text, String where) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            checks.invalid(where, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }

    private void gates() {
        for (int i = 0; i < spec.path("readinessGates").size(); i++) {
            checks.qualified(
                    text(spec.path("readinessGates").path(i), "conditionType"),
                    path + ".readinessGates[" + i + "].conditionType");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.path("schedulingGates").size(); i++) {
            String name = text(spec.path("schedulingGates").path(i), "name");
            checks.qualified(name, path + ".schedulingGates[" + i + "]");
            if (!seen.add(name)) {
                checks.duplicate(path + ".schedulingGates[" + i + "]", name);
            }
        }
    }

    private void names() {
        for (String field : List.of("serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName")) {
            if (!text(spec, field).isEmpty()) {
                checks.subdomain(text(spec, field), path + "." + field);
            }
        }
        for (String field : List.of("hostname", "subdomain")) {
            if (!text(spec, field).isEmpty()) {
                checks.label(text(spec, field), path + "." + field);
            }
        }
    }

    private void hostAliases() {
        JsonNode aliases = spec.path("hostAliases");
        for (int i = 0; i < aliases.size(); i++) {
            address(text(aliases.path(i), "ip"), path + ".hostAliases[" + i + "].ip");
            JsonNode names = aliases.path(i).path("hostnames");
            for (int n = 0; n < names.size(); n++) {
                checks.subdomain(names.path(n).asString(""), path + ".hostAliases[" + i + "].hostnames[" + n + "]");
            }
        }
    }
}
