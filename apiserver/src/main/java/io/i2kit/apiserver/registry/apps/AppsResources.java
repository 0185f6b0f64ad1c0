package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Subresource;
import java.util.List;

/** The kinds of {@code apps} that i2kit acts on. */
public final class AppsResources {
    private AppsResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all() {
        return List.of(
                ResourceDefinition.namespaced(names("deployments", "Deployment", "deploy"), new DeploymentStrategy())
                        .with(Subresource.scale())
                        .withStatus()
                        .withColumns(WorkloadColumns.DEPLOYMENTS),
                ResourceDefinition.namespaced(names("replicasets", "ReplicaSet", "rs"), new ReplicaSetStrategy())
                        .with(Subresource.scale())
                        .withStatus()
                        .withColumns(WorkloadColumns.REPLICA_SETS));
    }

    private static ResourceNames names(String plural, String kind, String shortName) {
        return new ResourceNames("apps", "v1", plural, kind, List.of(shortName), List.of("all"));
    }
}
