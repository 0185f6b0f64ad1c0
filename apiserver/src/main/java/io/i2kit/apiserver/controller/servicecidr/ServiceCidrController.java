package io.i2kit.apiserver.controller.servicecidr;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.core.NetworkRules;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pkg/controller/servicecidrs}: the condition {@code Ready}, and a finalizer that keeps a range while addresses would be left
 * without one. Upstream waits for its allocators to hear of a deletion; here the allocator knows of none.
 */
public final class ServiceCidrController implements Reconciler {
    private static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";
    private static final int WORKERS = 1;

    private final ObjectClient client;
    private final Clock clock;

    ServiceCidrController(ObjectClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Registers the controller, and the one of IPAddresses; they run when the manager and the informers are started. */
    public static void register(
            ControllerManager manager, InformerFactory informers, ObjectClient client, Clock clock) {
        Informer<Long> ranges = informers.create(ServiceAddresses.RANGES, StoredObject::revision, Map.of());
        WorkQueue queue = manager.register(new ServiceCidrController(client, clock), WORKERS);
        Runnable all = () -> client.list(ServiceAddresses.RANGES, "")
                .forEach(range -> queue.add(new ObjectKey(ServiceAddresses.RANGES, "", Meta.name(range))));
        ranges.onChange((key, before, after) -> {
            queue.add(key);
            if (before == null || after == null) {
                all.run();
            }
        });
        AddressController.register(manager, informers, client, all);
    }

    @Override
    public String name() {
        return "service-cidr-controller";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode range = client.get(key);
        if (range == null) {
            restore(key);
        } else if (!Meta.isDeleting(range)) {
            keep(key);
            ready(key);
        } else if (isNeeded(range)) {
            client.modify(key, "status", current -> {
                if (current != null) {
                    ServiceAddresses.setReady(
                            current,
                            false,
                            "Terminating",
                            "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new"
                                    + " ServiceCIDR",
                            clock.instant());
                }
                return current;
            });
        } else {
            client.modify(key, "", current -> {
                if (current != null) {
                    List<String> finalizers = new ArrayList<>(Meta.finalizers(current));
                    finalizers.remove(FINALIZER);
                    Meta.setFinalizers(current, finalizers);
                }
                return current;
            });
        }
        return Result.DONE;
    }

    private void restore(ObjectKey key) {
        ObjectNode wanted = ServiceAddresses.defaultRange();
        if (key.name().equals(Meta.name(wanted))) {
            client.createUnlessThere(ServiceAddresses.RANGES, "", wanted);
        }
    }

    private void keep(ObjectKey key) {
        client.modify(key, "", current -> {
            if (current != null
                    && !Meta.isDeleting(current)
                    && !Meta.finalizers(current).contains(FINALIZER)) {
                List<String> finalizers = new ArrayList<>(Meta.finalizers(current));
                finalizers.add(FINALIZER);
                Meta.setFinalizers(current, finalizers);
            }
            return current;
        });
    }

    private void ready(ObjectKey key) {
        client.modify(key, "status", current -> {
            if (current != null && !Meta.isDeleting(current)) {
                List<String> others = ranges(current).stream()
                        .filter(range -> !ServiceAddresses.isServed(range))
                        .toList();
                String message = others.isEmpty()
                        ? "Kubernetes Service CIDR is ready"
                        : "Services get addresses of " + ServiceAllocator.addressRange() + " only, none of "
                                + String.join(", ", others);
                ServiceAddresses.setReady(
                        current, others.isEmpty(), others.isEmpty() ? "" : "NotServed", message, clock.instant());
            }
            return current;
        });
    }

    private static List<String> ranges(JsonNode object) {
        List<String> ranges = new ArrayList<>();
        object.path("spec").path("cidrs").forEach(range -> ranges.add(range.asString("")));
        return ranges;
    }

    /** {@code canDeleteCIDR}, the other way round: whether the address of a Service is in no other range. */
    private boolean isNeeded(ObjectNode range) {
        List<String> own = ranges(range);
        List<String> others = new ArrayList<>();
        client.list(ServiceAddresses.RANGES, "").stream()
                .filter(other -> !Meta.name(other).equals(Meta.name(range)))
                .forEach(other -> others.addAll(ranges(other)));
        boolean covered =
                own.stream().allMatch(each -> others.stream().anyMatch(other -> NetworkRules.isSubset(each, other)));
        return !covered
                && client.list(ServiceAddresses.ADDRESSES, "").stream()
                        .filter(ServiceAddresses::isManaged)
                        .map(Meta::name)
                        .anyMatch(address -> isIn(own, address) && !isIn(others, address));
    }

    private static boolean isIn(List<String> ranges, String address) {
        return ranges.stream().anyMatch(range -> NetworkRules.contains(range, address));
    }
}
