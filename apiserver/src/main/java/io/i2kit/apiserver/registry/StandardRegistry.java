package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.ManagedFields;
import io.i2kit.apiserver.registry.admission.StandardAdmission;
import io.i2kit.apiserver.registry.apps.AppsResources;
import io.i2kit.apiserver.registry.autoscaling.AutoscalingResources;
import io.i2kit.apiserver.registry.batch.BatchResources;
import io.i2kit.apiserver.registry.certificates.CertificateResources;
import io.i2kit.apiserver.registry.coordination.CoordinationResources;
import io.i2kit.apiserver.registry.core.CoreResources;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import io.i2kit.apiserver.registry.discovery.DiscoveryResources;
import io.i2kit.apiserver.registry.events.EventsResources;
import io.i2kit.apiserver.registry.flowcontrol.FlowControlResources;
import io.i2kit.apiserver.registry.listed.ListedResources;
import io.i2kit.apiserver.registry.metrics.MetricsResources;
import io.i2kit.apiserver.registry.networking.NetworkingResources;
import io.i2kit.apiserver.registry.node.NodeGroupResources;
import io.i2kit.apiserver.registry.policy.PolicyResources;
import io.i2kit.apiserver.registry.rbac.RbacResources;
import io.i2kit.apiserver.registry.resource.DeviceResources;
import io.i2kit.apiserver.registry.reviews.ReviewResources;
import io.i2kit.apiserver.registry.scheduling.SchedulingResources;
import io.i2kit.apiserver.registry.storage.StorageResources;
import io.i2kit.apiserver.registry.storagemigration.StorageMigrationResources;
import io.i2kit.apiserver.storage.Storage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The registry of i2kit's own kinds over a store. */
public final class StandardRegistry {
    private StandardRegistry() {}

    /** All kinds: one line each, in their packages. */
    public static ResourceTable table(ServiceAllocator allocator) {
        List<ResourceDefinition> core = CoreResources.all(allocator);
        List<ResourceDefinition> all = new ArrayList<>(core);
        all.add(AppsResources.replicationControllers());
        // Groups in upstream's order of preference: clients resolve a bare name in the first that has it.
        all.add(ListedResources.apiServices());
        all.addAll(AppsResources.all());
        all.addAll(EventsResources.all(CoreResources.events(core)));
        all.addAll(ReviewResources.all());
        all.addAll(AutoscalingResources.all());
        all.addAll(BatchResources.all());
        all.addAll(CertificateResources.all());
        all.addAll(NetworkingResources.all(allocator));
        all.addAll(PolicyResources.all());
        all.addAll(RbacResources.all());
        all.addAll(StorageResources.all());
        all.addAll(ListedResources.all());
        all.addAll(SchedulingResources.all());
        all.addAll(CoordinationResources.all());
        all.addAll(NodeGroupResources.all());
        all.addAll(DiscoveryResources.all());
        all.addAll(DeviceResources.all());
        all.addAll(FlowControlResources.all());
        all.addAll(StorageMigrationResources.all());
        all.addAll(MetricsResources.all());
        return new ResourceTable(all);
    }

    /** Opens the registry: counts again which Service addresses are taken, and creates the objects every cluster has. */
    public static Registry open(Storage storage, Clock clock) {
        return open(storage, clock, false);
    }

    /** @param refuseStored whether kinds that nothing acts on are refused instead of stored with a warning */
    public static Registry open(Storage storage, Clock clock, boolean refuseStored) {
        ServiceAllocator allocator = new ServiceAllocator();
        ResourceTable all = table(allocator);
        ResourceTable table = refuseStored ? all.refusingStored() : all;
        storage.index(new SelectorIndex(table));
        Store store = new Store(
                storage, new ManagedFields(Schema.builtIn(), clock), clock, StandardAdmission.over(storage, clock));
        Registry registry = new Registry(table, store, new StoreObjectClient(store, table));
        registry.objects().list("services", "").forEach(allocator::restore);
        registry.objects().list(ServiceAddresses.ADDRESSES, "").stream()
                .filter(address -> !ServiceAddresses.isManaged(address))
                .forEach(address -> allocator.keep(Meta.name(address)));
        Bootstrap.run(registry);
        return registry;
    }
}
