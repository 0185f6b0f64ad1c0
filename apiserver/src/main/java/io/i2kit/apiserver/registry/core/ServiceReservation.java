package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.RestStrategy.Reservation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The address and the ports that one write of a Service takes and gives back. */
final class ServiceReservation implements Reservation {
    private final ServiceAllocator allocator;
    private final List<String> takenAddresses = new ArrayList<>();
    private final List<Integer> takenPorts = new ArrayList<>();
    private final Set<String> leftAddresses = new HashSet<>();
    private final Set<Integer> leftPorts = new HashSet<>();

    private ServiceReservation(ServiceAllocator allocator) {
        this.allocator = allocator;
    }

    /** @throws ApiException Invalid when what the client asks for is out of range or another Service's */
    static Reservation take(ServiceAllocator allocator, ObjectNode service, @Nullable ObjectNode old) {
        ServiceReservation reservation = new ServiceReservation(allocator);
        try {
            JsonNode before = old == null ? Json.object() : old;
            reservation.address(service, address(before));
            reservation.ports(service, nodePorts(before));
            return reservation;
        } catch (ApiException e) {
            reservation.release();
            throw e;
        }
    }

    /** Everything that a Service held. */
    static void giveBack(ServiceAllocator allocator, JsonNode service) {
        String address = address(service);
        if (!address.isEmpty()) {
            allocator.giveBackAddress(address);
        }
        nodePorts(service).forEach(allocator::giveBackPort);
    }

    /** Counts what a stored Service holds as taken. */
    static void restore(ServiceAllocator allocator, JsonNode service) {
        String address = address(service);
        if (!address.isEmpty()) {
            allocator.takeAddress(address);
        }
        nodePorts(service).forEach(allocator::takePort);
    }

    private static String address(JsonNode service) {
        String address = service.path("spec").path("clusterIP").asString("");
        return address.equals(ServiceStrategy.NONE) ? "" : address;
    }

    private static Set<Integer> nodePorts(JsonNode service) {
        Set<Integer> ports = new HashSet<>();
        service.path("spec")
                .path("ports")
                .forEach(port -> ports.add(port.path("nodePort").asInt(0)));
        ports.add(service.path("spec").path("healthCheckNodePort").asInt(0));
        ports.remove(0);
        return ports;
    }

    /** A load balancer that sends to local endpoints only asks each node whether it has some. */
    static boolean needsHealthPort(JsonNode service) {
        return ServiceStrategy.type(service).equals("LoadBalancer")
                && service.path("spec")
                        .path("externalTrafficPolicy")
                        .asString("")
                        .equals("Local");
    }

    private void address(ObjectNode service, String before) {
        ObjectNode spec = service.withObjectProperty("spec");
        if (ServiceStrategy.type(service).equals("ExternalName")) {
            leave(before);
            return;
        }
        if (!spec.has("ipFamilies")) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        if (!spec.has("ipFamilyPolicy")) {
            spec.put("ipFamilyPolicy", "SingleStack");
        }
        String asked = spec.path("clusterIP").asString("");
        if (asked.equals(ServiceStrategy.NONE) || asked.equals(before) && !before.isEmpty()) {
            return;
        }
        String taken = asked.isEmpty() ? allocator.takeAddress() : take(service, asked);
        if (taken.isEmpty()) {
            throw ApiException.internal("failed to allocate a serviceIP: range is full");
        }
        takenAddresses.add(taken);
        leave(before);
        spec.put("clusterIP", taken);
        spec.putArray("clusterIPs").add(taken);
    }

    private void leave(String before) {
        if (!before.isEmpty()) {
            leftAddresses.add(before);
        }
    }

    private String take(ObjectNode service, String asked) {
        if (ServiceAllocator.offset(asked) < 0) {
            throw refused(
                    service,
                    "spec.clusterIPs",
                    "[\"" + asked + "\"]",
                    "failed to allocate IP " + asked + ": the provided IP (" + asked
                            + ") is not in the valid range. The range of valid IPs is "
                            + ServiceAllocator.addressRange());
        }
        if (!allocator.takeAddress(asked)) {
            throw refused(
                    service,
                    "spec.clusterIPs",
                    "[\"" + asked + "\"]",
                    "failed to allocate IP " + asked + ": provided IP is already allocated");
        }
        return asked;
    }

    private void ports(ObjectNode service, Set<Integer> before) {
        leftPorts.addAll(before);
        if (!ServiceStrategy.hasNodePorts(service)) {
            return;
        }
        ObjectNode spec = service.withObjectProperty("spec");
        JsonNode ports = spec.path("ports");
        boolean allocate = spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i) instanceof ObjectNode port) {
                port(service, port, "spec.ports[" + i + "].nodePort", "nodePort", allocate);
            }
        }
        if (needsHealthPort(service)) {
            port(service, spec, "spec.healthCheckNodePort", "healthCheckNodePort", true);
        }
    }

    private void port(ObjectNode service, ObjectNode holder, String path, String field, boolean allocate) {
        int asked = holder.path(field).asInt(0);
        if (asked != 0 && leftPorts.remove(asked) || asked != 0 && takenPorts.contains(asked)) {
            return;
        }
        if (asked == 0 && !allocate) {
            return;
        }
        if (asked != 0 && !ServiceAllocator.isNodePort(asked)) {
            throw refused(
                    service,
                    path,
                    Integer.toString(asked),
                    "provided port is not in the valid range. The range of valid ports is "
                            + ServiceAllocator.nodePortRange());
        }
        if (asked != 0 && !allocator.takePort(asked)) {
            throw refused(service, path, Integer.toString(asked), "provided port is already allocated");
        }
        int taken = asked != 0 ? asked : allocator.takePort();
        if (taken == 0) {
            throw ApiException.internal("failed to allocate a nodePort: range is full");
        }
        takenPorts.add(taken);
        holder.put(field, taken);
    }

    private static ApiException refused(ObjectNode service, String field, String value, String detail) {
        return ApiException.invalid(
                "", "Service", Meta.name(service), List.of(FieldError.invalid(field, value, detail)));
    }

    @Override
    public void commit() {
        leftAddresses.forEach(allocator::giveBackAddress);
        leftPorts.forEach(allocator::giveBackPort);
    }

    @Override
    public void release() {
        takenAddresses.forEach(allocator::giveBackAddress);
        takenPorts.forEach(allocator::giveBackPort);
    }
}
