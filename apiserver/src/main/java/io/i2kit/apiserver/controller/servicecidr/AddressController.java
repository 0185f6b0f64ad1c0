package io.i2kit.apiserver.controller.servicecidr;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pkg/registry/core/service/ipallocator/controller/repairip.go}: an IPAddress that somebody deleted or whose Service is older
 * than IPAddresses comes back, and one that no Service holds any more goes.
 */
final class AddressController implements Reconciler {
    private static final String INDEX = "address";
    private static final int WORKERS = 1;

    private final ObjectClient client;
    private final Informer<Holder> services;

    private AddressController(ObjectClient client, Informer<Holder> services) {
        this.client = client;
        this.services = services;
    }

    /** @param addressesChanged told when a range may have become free */
    static void register(
            ControllerManager manager, InformerFactory informers, ObjectClient client, Runnable addressesChanged) {
        Informer<Holder> services =
                informers.create("services", Holder::of, Map.of(INDEX, (key, holder) -> holder.addresses()));
        WorkQueue queue = manager.register(new AddressController(client, services), WORKERS);
        services.onChange((key, before, after) -> {
            add(queue, before);
            add(queue, after);
        });
        informers
                .create(ServiceAddresses.ADDRESSES, StoredObject::revision, Map.of())
                .onChange((key, before, after) -> {
                    queue.add(key);
                    if (after == null) {
                        addressesChanged.run();
                    }
                });
    }

    private static void add(WorkQueue queue, @Nullable Holder holder) {
        if (holder != null) {
            holder.addresses().forEach(address -> queue.add(ServiceAddresses.key(address)));
        }
    }

    /** A Service and its addresses. */
    private record Holder(ObjectKey key, Set<String> addresses) {
        static Holder of(StoredObject stored) {
            return new Holder(stored.key(), ServiceAddresses.of(Json.parse(stored.json())));
        }
    }

    @Override
    public String name() {
        return "ipallocator-repair-controller";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode record = client.get(key);
        ObjectKey named = record == null ? null : ServiceAddresses.service(record);
        if (named != null && holds(named, key.name())) {
            return Result.DONE;
        }
        ObjectKey holder = services.byIndex(INDEX, key.name()).stream()
                .map(Holder::key)
                .filter(service -> holds(service, key.name()))
                .findFirst()
                .orElse(null);
        if (record != null && (holder != null || ServiceAddresses.isManaged(record))) {
            client.delete(
                    key,
                    new ObjectClient.DeleteOptions(null, "", Meta.uid(record), Meta.resourceVersion(record)),
                    List.of());
        }
        if (holder != null) {
            client.createUnlessThere(ServiceAddresses.ADDRESSES, "", ServiceAddresses.record(key.name(), holder));
        }
        return Result.DONE;
    }

    private boolean holds(ObjectKey service, String address) {
        return ServiceAddresses.of(client.get(service)).contains(address);
    }
}
