package io.i2kit.apiserver.registry.apps;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.Subresource;
import io.i2kit.apiserver.registry.Support;
import java.util.List;

/** The kinds of {@code apps}. */
public final class AppsResources {
    private AppsResources() {}

    /** In the order of discovery. */
    public static List<ResourceDefinition> all() {
        ResourceNames revisions =
                new ResourceNames("apps", "v1", "controllerrevisions", "ControllerRevision", List.of(), List.of());
        return List.of(
                ResourceDefinition.namespaced(revisions, new ControllerRevisionStrategy())
                        .withColumns(WorkloadColumns.CONTROLLER_REVISIONS),
                ResourceDefinition.namespaced(names("daemonsets", "DaemonSet", "ds"), new DaemonSetStrategy())
                        .withStatus()
                        .withColumns(WorkloadColumns.DAEMON_SETS)
                        .withSupport(Support.STORED),
                ResourceDefinition.namespaced(names("deployments", "Deployment", "deploy"), new DeploymentStrategy())
                        .with(Subresource.scale())
                        .withStatus()
                        .withColumns(WorkloadColumns.DEPLOYMENTS),
                ResourceDefinition.namespaced(names("replicasets", "ReplicaSet", "rs"), new ReplicaSetStrategy())
                        .with(Subresource.scale())
                        .withStatus()
                        .withColumns(WorkloadColumns.REPLICA_SETS),
                ResourceDefinition.namespaced(names("statefulsets", "StatefulSet", "sts"), new StatefulSetStrategy())
                        .with(Subresource.scale())
                        .withStatus()
                        .withColumns(WorkloadColumns.STATEFUL_SETS)
                        .withSupport(Support.STORED));
    }

    /** Of the core group; here, since they share their rules with ReplicaSets. */
    public static ResourceDefinition replicationControllers() {
        ResourceNames names = new ResourceNames(
                "", "v1", "replicationcontrollers", "ReplicationController", List.of("rc"), List.of("all"));
        return ResourceDefinition.namespaced(names, new ReplicationControllerStrategy())
                .with(Subresource.scale())
                .withStatus()
                .withColumns(WorkloadColumns.REPLICA_SETS);
    }

    private static ResourceNames names(String plural, String kind, String shortName) {
        return new ResourceNames("apps", "v1", plural, kind, List.of(shortName), List.of("all"));
    }
}
