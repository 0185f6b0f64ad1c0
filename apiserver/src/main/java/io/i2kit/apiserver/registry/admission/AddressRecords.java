package io.i2kit.apiserver.registry.admission;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * An IPAddress for each address of a Service ({@code pkg/registry/core/service/ipallocator}), written in the transaction that stores
 * the Service and deleted in the one that removes it: the two never disagree.
 */
final class AddressRecords implements Admission {
    private final StoredObjects objects;
    private final Clock clock;

    AddressRecords(StoredObjects objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public List<Write> alsoWrite(AdmissionRequest request) {
        if (!request.isOf("services")) {
            return List.of();
        }
        Set<String> before = ServiceAddresses.of(request.old());
        Set<String> after = ServiceAddresses.of(request.object());
        if (before.equals(after)) {
            return List.of();
        }
        ObjectKey service = new ObjectKey("services", request.namespace(), Meta.name(request.state()));
        List<Write> writes = new ArrayList<>();
        before.stream().filter(address -> !after.contains(address)).forEach(address -> drop(address, service, writes));
        after.stream()
                .filter(address -> !before.contains(address))
                .forEach(address -> writes.add(put(address, service)));
        return writes;
    }

    private void drop(String address, ObjectKey service, List<Write> writes) {
        StoredObject stored = objects.storage().get(ServiceAddresses.key(address));
        ObjectNode record = stored == null ? null : Json.parse(stored.json());
        if (stored != null && record != null && service.equals(ServiceAddresses.service(record))) {
            writes.add(new Write.Delete(stored.key(), stored.revision(), Json.body(record)));
        }
    }

    private Write put(String address, ObjectKey service) {
        StoredObject stored = objects.storage().get(ServiceAddresses.key(address));
        if (stored != null && !mayReplace(Json.parse(stored.json()), service)) {
            throw ApiException.invalid(
                    "",
                    "Service",
                    service.name(),
                    List.of(FieldError.invalid(
                            "spec.clusterIPs",
                            "[\"" + address + "\"]",
                            "failed to allocate IP " + address + ": provided IP is already allocated")));
        }
        ObjectNode record = ServiceAddresses.record(address, service);
        record.put("apiVersion", "networking.k8s.io/v1").put("kind", "IPAddress");
        Meta.of(record).put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Meta.time(clock.instant()));
        long expected = stored == null ? 0 : stored.revision();
        return new Write.Put(ServiceAddresses.key(address), expected, Json.body(record), null);
    }

    /** One that the server made and whose Service does not have the address, or that is this Service's already. */
    private boolean mayReplace(ObjectNode record, ObjectKey service) {
        ObjectKey owner = ServiceAddresses.service(record);
        if (service.equals(owner)) {
            return true;
        }
        StoredObject other = owner == null ? null : objects.storage().get(owner);
        boolean held =
                other != null && ServiceAddresses.of(Json.parse(other.json())).contains(Meta.name(record));
        return ServiceAddresses.isManaged(record) && !held;
    }
}
