package io.i2kit.apiserver.registry.stored;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.Support;
import java.util.List;

/** Kinds that clients expect to list and nobody should make any more. */
public final class StoredResources {
    private StoredResources() {}

    public static List<ResourceDefinition> all() {
        ResourceNames names = new ResourceNames(
                "", "v1", "replicationcontrollers", "ReplicationController", List.of("rc"), List.of("all"));
        return List.of(ResourceDefinition.namespaced(names, new SpecStrategy()).withSupport(Support.LISTED));
    }
}
