package io.i2kit.apiserver.registry.node;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.table.Column;
import java.util.List;

/** RuntimeClasses. */
public final class NodeGroupResources {
    private NodeGroupResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names =
                new ResourceNames("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", List.of(), List.of());
        return List.of(ResourceDefinition.cluster(names, new RuntimeClassStrategy())
                .withColumns(List.of(
                        Column.nameColumn(),
                        Column.text(
                                "Handler",
                                "The configuration that the container runtime uses.",
                                type -> type.path("handler").asString("")),
                        Column.age())));
    }
}
