package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code ValidateServiceCreate} and {@code ValidateServiceUpdate} of {@code pkg/apis/core/validation/validation.go}. */
final class ServiceValidation {
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> FAMILIES = List.of("IPv4", "IPv6");
    private static final List<String> FAMILY_POLICIES = List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final List<String> POLICIES = List.of("Cluster", "Local");
    private static final List<String> DISTRIBUTIONS = List.of("PreferClose", "PreferSameZone", "PreferSameNode");
    private static final String SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static final String TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
    private static final String TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String BALANCERS_ONLY = "may only be used when `type` is 'LoadBalancer'";
    private static final int MAX_AFFINITY_SECONDS = 86_400;

    private final JsonNode service;
    private final JsonNode old;
    private final JsonNode spec;
    private final String type;
    private final FieldChecks checks;

    /** @param old an empty object for a new Service */
    ServiceValidation(JsonNode service, JsonNode old, FieldChecks checks) {
        this.service = service;
        this.old = old;
        this.spec = service.path("spec");
        this.type = ServiceStrategy.type(service);
        this.checks = checks;
    }

    void validateUpdate() {
        if (!hasGoodAddresses()) {
            return;
        }
        JsonNode before = old.path("spec").path("clusterIP");
        boolean bothHave =
                !type.equals("ExternalName") && !ServiceStrategy.type(old).equals("ExternalName");
        if (bothHave && !before.asString("").isEmpty() && !before.asString("").equals(text(spec, "clusterIP"))) {
            checks.invalid("spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set");
        }
        if (isBalancer()
                && ServiceStrategy.type(old).equals("LoadBalancer")
                && !Json.same(spec.path("loadBalancerClass"), old.path("spec").path("loadBalancerClass"))) {
            checks.invalid("spec.loadBalancerClass", spec.path("loadBalancerClass"), "may not change once set");
        }
        if (ServiceReservation.needsHealthPort(service)
                && ServiceReservation.needsHealthPort(old)
                && healthPort(spec) != healthPort(old.path("spec"))) {
            checks.forbidden("spec.healthCheckNodePort", "field is immutable");
        }
        rest();
    }

    void validate() {
        if (hasGoodAddresses()) {
            rest();
        }
    }

    /** Upstream allocates before it validates, and says nothing else of addresses that it cannot allocate. */
    private boolean hasGoodAddresses() {
        List<FieldError> faults = new ArrayList<>();
        if (!type.equals("ExternalName")) {
            addresses(new FieldChecks(faults::add));
        }
        faults.forEach(checks::add);
        return faults.isEmpty();
    }

    private void rest() {
        JsonNode annotations = service.path("metadata").path("annotations");
        if (annotations.has(TOPOLOGY_MODE)
                && annotations.has(TOPOLOGY_HINTS)
                && !annotations.path(TOPOLOGY_MODE).equals(annotations.path(TOPOLOGY_HINTS))) {
            checks.invalid(
                    "metadata.annotations[" + TOPOLOGY_MODE + "]",
                    annotations.path(TOPOLOGY_MODE),
                    "must match annotations[" + TOPOLOGY_HINTS + "] when both are specified");
        }
        if (spec.path("ports").isEmpty() && !isHeadless() && !type.equals("ExternalName")) {
            checks.required("spec.ports", "");
        }
        byType();
        ServicePorts ports = new ServicePorts(spec.path("ports"), checks);
        ports.validate();
        checks.labels(spec.path("selector"), "spec.selector");
        affinity();
        externalAddresses();
        checks.oneOf(spec, "type", "spec", TYPES);
        ports.validateNodePorts(type);
        sourceRanges(annotations.path(SOURCE_RANGES));
        if (spec.has("allocateLoadBalancerNodePorts") && !isBalancer()) {
            checks.forbidden("spec.allocateLoadBalancerNodePorts", BALANCERS_ONLY);
        }
        balancerClass();
        trafficPolicies();
    }

    private boolean isBalancer() {
        return type.equals("LoadBalancer");
    }

    private boolean isHeadless() {
        return text(spec, "clusterIP").equals(ServiceStrategy.NONE);
    }

    private static int healthPort(JsonNode spec) {
        return spec.path("healthCheckNodePort").asInt(0);
    }

    private void byType() {
        if (isHeadless() && ServiceStrategy.hasNodePorts(service)) {
            checks.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services");
        }
        if (!type.equals("ExternalName")) {
            return;
        }
        for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            JsonNode value = spec.path(field);
            if (value.isString() || !value.isEmpty()) {
                checks.forbidden("spec." + field, "may not be set for ExternalName services");
            }
        }
        String name = text(spec, "externalName").replaceFirst("\\.$", "");
        if (name.isEmpty()) {
            checks.required("spec.externalName", "");
        } else {
            checks.subdomain(name, "spec.externalName");
        }
    }

    private void affinity() {
        checks.oneOf(spec, "sessionAffinity", "spec", List.of("ClientIP", "None"));
        String path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
        JsonNode seconds = spec.path("sessionAffinityConfig").path("clientIP").path("timeoutSeconds");
        if (text(spec, "sessionAffinity").equals("ClientIP")
                && (seconds.asInt(0) <= 0 || seconds.asInt(0) > MAX_AFFINITY_SECONDS)) {
            checks.invalid(path, seconds, "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
        }
    }

    /** {@code ValidateServiceClusterIPsRelatedFields}, and what the allocation says in a cluster of one family. */
    private void addresses(FieldChecks checks) {
        JsonNode addresses = spec.path("clusterIPs");
        if (!text(spec, "clusterIP").equals(at(addresses, 0))) {
            checks.invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`");
        }
        JsonNode families = spec.path("ipFamilies");
        for (int i = 0; i < families.size(); i++) {
            String path = "spec.ipFamilies[" + i + "]";
            if (!FAMILIES.contains(at(families, i))) {
                checks.notSupported(path, families.path(i), FAMILIES);
            } else if (i > 0 && at(families, i).equals(at(families, i - 1))) {
                checks.duplicate(path, at(families, i));
            } else if (at(families, i).equals("IPv6")) {
                checks.invalid(path, families.path(i), "not configured on this cluster");
            }
        }
        checks.optionalOneOf(spec, "ipFamilyPolicy", "spec", FAMILY_POLICIES);
        if (text(spec, "ipFamilyPolicy").equals("RequireDualStack")) {
            checks.invalid(
                    "spec.ipFamilyPolicy",
                    "RequireDualStack",
                    "this cluster is not configured for dual-stack services");
        }
        if (isHeadless() && addresses.size() > 1) {
            checks.invalid("spec.clusterIPs", addresses, "'None' must be the first and only value");
        }
        for (int i = isHeadless() ? 1 : 0; i < addresses.size(); i++) {
            JsonNode before = old.path("spec").path("clusterIPs");
            legacyAddress(addresses.path(i), before, "spec.clusterIPs[" + i + "]", checks);
        }
        if (addresses.size() > 2) {
            checks.invalid("spec.clusterIPs", addresses, "may only hold up to 2 values");
        }
    }

    private static String at(JsonNode list, int index) {
        return list.path(index).asString("");
    }

    /** What was stored under older rules stays good; answers whether it is. */
    private static boolean legacyAddress(JsonNode address, JsonNode before, String path, FieldChecks checks) {
        if (before.valueStream().anyMatch(address::equals)) {
            return true;
        }
        List<FieldError> faults = new ArrayList<>();
        NetworkRules.address(new FieldChecks(faults::add), address.asString(""), path);
        faults.forEach(checks::add);
        return faults.isEmpty();
    }

    private void externalAddresses() {
        JsonNode addresses = spec.path("externalIPs");
        for (int i = 0; i < addresses.size(); i++) {
            String path = "spec.externalIPs[" + i + "]";
            if (legacyAddress(addresses.path(i), old.path("spec").path("externalIPs"), path, checks)) {
                NetworkRules.endpointAddress(checks, at(addresses, i), path);
            }
        }
    }

    private void sourceRanges(JsonNode annotation) {
        JsonNode ranges = spec.path("loadBalancerSourceRanges");
        if (!ranges.isEmpty()) {
            // Upstream's own spelling.
            String path = "spec.LoadBalancerSourceRanges";
            if (!isBalancer()) {
                checks.forbidden(path, BALANCERS_ONLY);
            }
            for (int i = 0; i < ranges.size(); i++) {
                NetworkRules.range(checks, at(ranges, i).strip(), path + "[" + i + "]");
            }
        } else if (annotation.isString()) {
            String path = "metadata.annotations[" + SOURCE_RANGES + "]";
            if (!isBalancer()) {
                checks.forbidden(path, BALANCERS_ONLY);
            }
            if (!annotation.asString().isBlank()) {
                for (String range : annotation.asString().split(",", -1)) {
                    NetworkRules.range(checks, range.strip(), path);
                }
            }
        }
    }

    private void balancerClass() {
        if (spec.has("loadBalancerClass")) {
            if (isBalancer()) {
                checks.qualified(text(spec, "loadBalancerClass"), "spec.loadBalancerClass");
            } else {
                checks.forbidden("spec.loadBalancerClass", BALANCERS_ONLY);
            }
        }
    }

    private void trafficPolicies() {
        String policy = text(spec, "externalTrafficPolicy");
        if (ServiceStrategy.isReachedFromOutside(service)) {
            checks.oneOf(spec, "externalTrafficPolicy", "spec", POLICIES);
        } else if (!policy.isEmpty()) {
            checks.invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }
        // The allocation gives a port to Services that need one.
        if (healthPort(spec) != 0) {
            if (ServiceReservation.needsHealthPort(service)) {
                checks.between(spec.path("healthCheckNodePort"), "spec.healthCheckNodePort", 1, 65_535);
            } else {
                checks.invalid(
                        "spec.healthCheckNodePort",
                        spec.path("healthCheckNodePort"),
                        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            }
        }
        checks.optionalOneOf(spec, "internalTrafficPolicy", "spec", POLICIES);
        if (spec.has("trafficDistribution") && !DISTRIBUTIONS.contains(text(spec, "trafficDistribution"))) {
            checks.notSupported("spec.trafficDistribution", spec.path("trafficDistribution"), DISTRIBUTIONS);
        }
    }
}
