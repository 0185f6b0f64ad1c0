package io.i2kit.apiserver.registry.core;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.RestStrategy;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Services: defaults of {@code pkg/apis/core/v1/defaults.go}, and {@code pkg/registry/core/service/strategy.go} and
 * {@code storage.go} with their allocation of addresses and node ports. One family: IPv4.
 */
final class ServiceStrategy implements RestStrategy {
    static final String NONE = "None";
    private static final int CLIENT_IP_TIMEOUT_SECONDS = 10800;

    private final ServiceAllocator allocator;

    ServiceStrategy(ServiceAllocator allocator) {
        this.allocator = allocator;
    }

    static String type(JsonNode service) {
        return service.path("spec").path("type").asString("");
    }

    static boolean hasNodePorts(JsonNode service) {
        return type(service).equals("NodePort") || type(service).equals("LoadBalancer");
    }

    /** {@code ExternallyAccessible}. */
    static boolean isReachedFromOutside(JsonNode service) {
        return hasNodePorts(service)
                || type(service).equals("ClusterIP")
                        && !service.path("spec").path("externalIPs").isEmpty();
    }

    @Override
    public void setDefaults(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        putIfBlank(spec, "sessionAffinity", NONE);
        putIfBlank(spec, "type", "ClusterIP");
        if (spec.path("sessionAffinity").asString("").equals("ClientIP")) {
            ObjectNode client = spec.withObjectProperty("sessionAffinityConfig").withObjectProperty("clientIP");
            if (!client.has("timeoutSeconds")) {
                client.put("timeoutSeconds", CLIENT_IP_TIMEOUT_SECONDS);
            }
        } else {
            spec.remove("sessionAffinityConfig");
        }
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode entry) {
                putIfBlank(entry, "protocol", "TCP");
                JsonNode target = entry.path("targetPort");
                if (target.isMissingNode()
                        || target.isNull()
                        || target.asString("").isEmpty()
                        || target.asInt(1) == 0) {
                    entry.set("targetPort", entry.path("port"));
                }
            }
        }
        if (isReachedFromOutside(object)) {
            putIfBlank(spec, "externalTrafficPolicy", "Cluster");
        }
        if (hasNodePorts(object) || type(object).equals("ClusterIP")) {
            putIfBlank(spec, "internalTrafficPolicy", "Cluster");
        }
        if (type(object).equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    private static void putIfBlank(ObjectNode object, String field, String value) {
        if (object.path(field).asString("").isEmpty()) {
            object.put(field, value);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").putObject("loadBalancer");
        joinAddresses(object);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        JsonNode status = old.get("status");
        if (status != null) {
            object.set("status", status.deepCopy());
        }
        ServiceCarry.dropWhatTheTypeLost(object, old);
        ServiceCarry.keepAllocated(object, old);
        followAddress(object, old);
        joinAddresses(object);
    }

    /** A client that changes the one field only means both. */
    private static void followAddress(ObjectNode object, ObjectNode old) {
        ObjectNode spec = object.withObjectProperty("spec");
        String now = spec.path("clusterIP").asString("");
        JsonNode before = old.path("spec");
        if (!now.isEmpty()
                && !now.equals(before.path("clusterIP").asString(""))
                && Json.same(spec.path("clusterIPs"), before.path("clusterIPs"))) {
            spec.putArray("clusterIPs").add(now);
        }
    }

    /** {@code clusterIP} and {@code clusterIPs[0]} are one. */
    private static void joinAddresses(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        String one = spec.path("clusterIP").asString("");
        String first = spec.path("clusterIPs").path(0).asString("");
        if (!one.isEmpty() && first.isEmpty()) {
            spec.putArray("clusterIPs").add(one);
        } else if (one.isEmpty() && !first.isEmpty()) {
            spec.put("clusterIP", first);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        new ServiceValidation(object, Json.object(), new FieldChecks(errors)).validate();
        PodTemplates.refuseUnserved(object, errors);
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        new ServiceValidation(object, old, new FieldChecks(errors)).validateUpdate();
        PodTemplates.refuseUnserved(object, errors);
    }

    @Override
    public void warnings(ObjectNode object, @Nullable ObjectNode old, Consumer<String> warnings) {
        PodTemplates.warnOfDifferences(object, warnings);
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        Names.dns1123Label(name, prefix, problems);
    }

    @Override
    public Reservation reserve(ObjectNode object, @Nullable ObjectNode old) {
        return ServiceReservation.take(allocator, object, old);
    }

    @Override
    public void removed(ObjectNode object) {
        ServiceReservation.giveBack(allocator, object);
    }

    @Override
    public boolean allowCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec.clusterIP", "spec.type");
    }
}
