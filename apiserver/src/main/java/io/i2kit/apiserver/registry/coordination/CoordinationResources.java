package io.i2kit.apiserver.registry.coordination;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;

/** Leases. */
public final class CoordinationResources {
    private CoordinationResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names = new ResourceNames("coordination.k8s.io", "v1", "leases", "Lease", List.of(), List.of());
        return List.of(ResourceDefinition.namespaced(names, new LeaseStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "Holder",
                                "Who holds it.",
                                lease -> lease.path("spec")
                                        .path("holderIdentity")
                                        .asString("")),
                        Column.age())));
    }
}
