package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.Json;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an update of a Service keeps or loses without the client saying so (rule 40; service/strategy.go, storage.go). */
final class ServiceCarry {
    private ServiceCarry() {}

    /** A client that leaves out what was allocated means the same again. */
    static void keepAllocated(ObjectNode object, ObjectNode old) {
        ObjectNode spec = object.withObjectProperty("spec");
        JsonNode oldSpec = old.path("spec");
        boolean external = ServiceStrategy.type(object).equals("ExternalName");
        if (!external && !ServiceStrategy.type(old).equals("ExternalName")) {
            for (String field : new String[] {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
                if (isBlank(spec.path(field)) && oldSpec.has(field)) {
                    spec.set(field, oldSpec.path(field).deepCopy());
                }
            }
        }
        if (ServiceStrategy.hasNodePorts(object) && ServiceStrategy.hasNodePorts(old)) {
            keepNodePorts(spec, oldSpec);
            int health = oldSpec.path("healthCheckNodePort").asInt(0);
            if (ServiceReservation.needsHealthPort(object)
                    && health > 0
                    && spec.path("healthCheckNodePort").asInt(0) == 0) {
                spec.put("healthCheckNodePort", health);
            }
        }
    }

    private static boolean isBlank(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || value.isString() && value.stringValue().isEmpty()
                || value.isArray() && value.isEmpty();
    }

    private static void keepNodePorts(ObjectNode spec, JsonNode oldSpec) {
        Set<Integer> named = new HashSet<>();
        spec.path("ports").forEach(port -> named.add(port.path("nodePort").asInt(0)));
        for (JsonNode port : spec.path("ports")) {
            if (!(port instanceof ObjectNode entry) || port.path("nodePort").asInt(0) != 0) {
                continue;
            }
            for (JsonNode before : oldSpec.path("ports")) {
                int nodePort = before.path("nodePort").asInt(0);
                boolean same = before.path("port").asInt(0) == port.path("port").asInt(0)
                        && before.path("protocol")
                                .asString("")
                                .equals(port.path("protocol").asString(""));
                if (same && nodePort != 0 && named.add(nodePort)) {
                    entry.put("nodePort", nodePort);
                    break;
                }
            }
        }
    }

    /** Fields of the old type that the client sent back unchanged go with the type. */
    static void dropWhatTheTypeLost(ObjectNode object, ObjectNode old) {
        ObjectNode spec = object.withObjectProperty("spec");
        JsonNode oldSpec = old.path("spec");
        boolean external = ServiceStrategy.type(object).equals("ExternalName");
        if (external && !ServiceStrategy.type(old).equals("ExternalName")) {
            if (spec.path("clusterIP")
                    .asString("")
                    .equals(oldSpec.path("clusterIP").asString(""))) {
                dropUnchanged(spec, oldSpec, "clusterIPs");
                spec.remove("clusterIP");
            }
            dropUnchanged(spec, oldSpec, "ipFamilies");
            dropUnchanged(spec, oldSpec, "ipFamilyPolicy");
        }
        if (ServiceStrategy.hasNodePorts(old) && !ServiceStrategy.hasNodePorts(object)) {
            dropNodePorts(spec, oldSpec);
        }
        if (ServiceReservation.needsHealthPort(old) && !ServiceReservation.needsHealthPort(object)) {
            dropUnchanged(spec, oldSpec, "healthCheckNodePort");
        }
        if (!ServiceStrategy.type(object).equals("LoadBalancer")) {
            if (ServiceStrategy.type(old).equals("LoadBalancer")) {
                dropUnchanged(spec, oldSpec, "allocateLoadBalancerNodePorts");
                dropUnchanged(spec, oldSpec, "loadBalancerClass");
            }
            object.withObjectProperty("status").putObject("loadBalancer");
        }
        if (ServiceStrategy.isReachedFromOutside(old) && !ServiceStrategy.isReachedFromOutside(object)) {
            dropUnchanged(spec, oldSpec, "externalTrafficPolicy");
        }
    }

    private static void dropUnchanged(ObjectNode spec, JsonNode oldSpec, String field) {
        if (Json.same(spec.path(field), oldSpec.path(field))) {
            spec.remove(field);
        }
    }

    /** None goes where the client named a new one. */
    private static void dropNodePorts(ObjectNode spec, JsonNode oldSpec) {
        Set<Integer> before = new HashSet<>(Set.of(0));
        oldSpec.path("ports").forEach(port -> before.add(port.path("nodePort").asInt(0)));
        JsonNode ports = spec.path("ports");
        if (ports.valueStream()
                .allMatch(port -> before.contains(port.path("nodePort").asInt(0)))) {
            ports.forEach(port -> ((ObjectNode) port).remove("nodePort"));
        }
    }
}
