package io.i2kit.apiserver.registry.core;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.StatusConditions;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The IPAddresses that say which addresses Services hold, and the ServiceCIDRs that say where these come from. */
public final class ServiceAddresses {
    /** Under which IPAddresses are stored. */
    public static final String ADDRESSES = "networking.k8s.io/ipaddresses";

    /** Under which ServiceCIDRs are stored. */
    public static final String RANGES = "networking.k8s.io/servicecidrs";

    private static final String FAMILY = "ipaddress.kubernetes.io/ip-family";
    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String MANAGER = "ipallocator.k8s.io";

    private ServiceAddresses() {}

    /** The addresses that a Service holds; none of no Service. */
    public static Set<String> of(@Nullable JsonNode service) {
        Set<String> addresses = new TreeSet<>();
        if (service != null) {
            addresses.add(text(service.path("spec"), "clusterIP"));
            service.path("spec").path("clusterIPs").forEach(address -> addresses.add(address.asString("")));
            addresses.remove("");
            addresses.remove(ServiceStrategy.NONE);
        }
        return addresses;
    }

    public static ObjectKey key(String address) {
        return new ObjectKey(ADDRESSES, "", address);
    }

    /** Whether it is the server that made an IPAddress. */
    public static boolean isManaged(JsonNode address) {
        return text(address.path("metadata").path("labels"), MANAGED_BY).equals(MANAGER);
    }

    /** The Service that an IPAddress names, or null. */
    public static @Nullable ObjectKey service(JsonNode address) {
        JsonNode parent = address.path("spec").path("parentRef");
        boolean named =
                text(parent, "group").isEmpty() && text(parent, "resource").equals("services");
        return named ? new ObjectKey("services", text(parent, "namespace"), text(parent, "name")) : null;
    }

    /** {@code createIPAddress}: without what the store adds to new objects. */
    public static ObjectNode record(String address, ObjectKey service) {
        ObjectNode record = Json.object();
        ObjectNode metadata = record.putObject("metadata").put("name", address);
        metadata.putObject("labels")
                .put(FAMILY, address.contains(":") ? "IPv6" : "IPv4")
                .put(MANAGED_BY, MANAGER);
        record.putObject("spec")
                .putObject("parentRef")
                .put("resource", "services")
                .put("namespace", service.namespace())
                .put("name", service.name());
        return record;
    }

    /** The ServiceCIDR that every cluster has. */
    public static ObjectNode defaultRange() {
        ObjectNode range = Json.object();
        range.putObject("metadata").put("name", "kubernetes");
        range.putObject("spec").putArray("cidrs").add(ServiceAllocator.addressRange());
        return range;
    }

    /** Whether Services can have addresses of this range. */
    public static boolean isServed(String range) {
        return NetworkRules.isRange(range) && NetworkRules.isSubset(range, ServiceAllocator.addressRange());
    }

    /** Sets the condition {@code Ready} of a ServiceCIDR; a condition that says so already stays as it is. */
    public static void setReady(ObjectNode range, boolean ready, String reason, String message, Instant now) {
        StatusConditions.set(range, "Ready", ready, reason, message, now);
    }
}
