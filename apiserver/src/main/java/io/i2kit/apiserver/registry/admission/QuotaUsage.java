package io.i2kit.apiserver.registry.admission;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.core.ResourceNameRules;
import java.time.Instant;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What an object uses of quotas, by kind: {@code pkg/quota/v1/evaluator/core} and {@code k8s.io/apiserver/pkg/quota/v1/generic}. */
final class QuotaUsage {
    private static final String REQUESTS = "requests.";
    private static final String CLASS_SUFFIX = ".storageclass.storage.k8s.io/";
    /** Kinds that are counted by their bare name too. */
    private static final Set<String> BARE = Set.of("configmaps", "resourcequotas", "replicationcontrollers", "secrets");

    private static final Set<String> COMPUTE = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> OF_PODS = Set.of(
            "pods",
            "count/pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");
    private static final Set<String> OF_SERVICES =
            Set.of("services", "count/services", "services.nodeports", "services.loadbalancers");
    private static final Set<String> OF_CLAIMS =
            Set.of("persistentvolumeclaims", "count/persistentvolumeclaims", "requests.storage");

    private QuotaUsage() {}

    /** The stored resource whose objects use a resource of a quota; empty for none that is known. */
    static String counted(String name) {
        if (OF_SERVICES.contains(name)) {
            return "services";
        }
        if (OF_CLAIMS.contains(name) || name.contains(CLASS_SUFFIX)) {
            return "persistentvolumeclaims";
        }
        if (name.startsWith("count/")) {
            String counted = name.substring("count/".length());
            int dot = counted.indexOf('.');
            return dot < 0 ? counted : counted.substring(dot + 1) + "/" + counted.substring(0, dot);
        }
        if (BARE.contains(name)) {
            return name;
        }
        boolean ofPods = OF_PODS.contains(name)
                || name.startsWith("hugepages-")
                || name.startsWith("requests.hugepages-")
                || name.startsWith(REQUESTS) && name.contains("/");
        return ofPods ? "pods" : "";
    }

    /** @param resource as stored: {@code plural} or {@code group/plural} */
    static Amounts of(String resource, JsonNode object, Instant now) {
        Amounts usage = new Amounts();
        int slash = resource.indexOf('/');
        String counted = slash < 0 ? resource : resource.substring(slash + 1) + "." + resource.substring(0, slash);
        usage.put("count/" + counted, 1);
        switch (resource) {
            case "pods" -> {
                if (isAlive(object, now)) {
                    pod(object.path("spec"), usage);
                }
            }
            case "services" -> service(object.path("spec"), usage);
            case "persistentvolumeclaims" -> claim(object, usage);
            default -> {
                if (BARE.contains(resource)) {
                    usage.put(resource, 1);
                }
            }
        }
        return usage;
    }

    /** {@code QuotaV1Pod}: neither ended nor long overdue. */
    private static boolean isAlive(JsonNode pod, Instant now) {
        String phase = text(pod.path("status"), "phase");
        if (phase.equals("Failed") || phase.equals("Succeeded")) {
            return false;
        }
        String end = text(pod.path("metadata"), "deletionTimestamp");
        long grace = pod.path("metadata").path("deletionGracePeriodSeconds").asLong(0);
        return end.isEmpty() || !now.isAfter(Instant.parse(end).plusSeconds(grace));
    }

    private static void pod(JsonNode spec, Amounts usage) {
        usage.put("pods", 1);
        Amounts requests = PodAmounts.of(spec, "requests");
        requests.add(Amounts.of(spec.path("overhead")));
        usage.add(ofContainer(requests, PodAmounts.of(spec, "limits")));
    }

    /** {@code podComputeUsageHelper}, without the Pod itself. */
    private static Amounts ofContainer(Amounts requests, Amounts limits) {
        Amounts usage = new Amounts();
        requests.values().forEach((name, value) -> {
            boolean huge = name.startsWith("hugepages-");
            if (COMPUTE.contains(name) || huge) {
                usage.put(name, value);
            }
            if (COMPUTE.contains(name) || huge || ResourceNameRules.isExtended(name)) {
                usage.put(REQUESTS + name, value);
            }
        });
        limits.values().forEach((name, value) -> {
            if (COMPUTE.contains(name)) {
                usage.put("limits." + name, value);
            }
        });
        return usage;
    }

    /** What a container says of the resources that quotas ask each container for. */
    static Amounts ofContainer(JsonNode container) {
        JsonNode resources = container.path("resources");
        return ofContainer(Amounts.of(resources.path("requests")), Amounts.of(resources.path("limits")));
    }

    private static void service(JsonNode spec, Amounts usage) {
        usage.put("services", 1);
        usage.put("services.nodeports", 0);
        usage.put("services.loadbalancers", 0);
        JsonNode ports = spec.path("ports");
        switch (text(spec, "type")) {
            case "NodePort" -> usage.put("services.nodeports", ports.size());
            case "LoadBalancer" -> {
                boolean all = spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
                long own = ports.valueStream()
                        .filter(port -> port.path("nodePort").asInt(0) != 0)
                        .count();
                usage.put("services.nodeports", all ? ports.size() : own);
                usage.put("services.loadbalancers", 1);
            }
            default -> {}
        }
    }

    private static void claim(JsonNode claim, Amounts usage) {
        usage.put("persistentvolumeclaims", 1);
        JsonNode spec = claim.path("spec");
        String old = text(claim.path("metadata").path("annotations"), "volume.beta.kubernetes.io/storage-class");
        String type = old.isEmpty() ? text(spec, "storageClassName") : old;
        if (!type.isEmpty()) {
            usage.put(type + CLASS_SUFFIX + "persistentvolumeclaims", 1);
        }
        Amounts requests = Amounts.of(spec.path("resources").path("requests"));
        if (requests.has("storage")) {
            usage.put("requests.storage", requests.get("storage"));
            if (!type.isEmpty()) {
                usage.put(type + CLASS_SUFFIX + "requests.storage", requests.get("storage"));
            }
        }
    }
}
