package io.i2kit.apiserver.registry.stored;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.Support;
import java.util.Arrays;
import java.util.List;

/** Kinds without a controller: what a chart may bring is kept; what would look as if it ran is refused. */
public final class StoredResources {
    private StoredResources() {}

    public static List<ResourceDefinition> all() {
        return List.of(
                stored("", "v1", "limitranges", "LimitRange", "limits"),
                stored("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc")
                        .withStatus(),
                cluster("", "persistentvolumes", "PersistentVolume", "pv").withStatus(),
                stored("", "v1", "resourcequotas", "ResourceQuota", "quota").withStatus(),
                listed("", "v1", "replicationcontrollers", "ReplicationController", "rc"),
                stored("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")
                        .withStatus(),
                stored("networking.k8s.io", "v1", "ingresses", "Ingress", "ing").withStatus(),
                cluster("networking.k8s.io", "ingressclasses", "IngressClass"),
                stored("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol"),
                stored("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb")
                        .withStatus(),
                plainCluster("scheduling.k8s.io", "priorityclasses", "PriorityClass", "pc"),
                plainCluster("storage.k8s.io", "storageclasses", "StorageClass", "sc"));
    }

    private static ResourceNames names(String group, String version, String plural, String kind, String[] shortNames) {
        return new ResourceNames(group, version, plural, kind, Arrays.asList(shortNames), List.of());
    }

    private static ResourceDefinition stored(
            String group, String version, String plural, String kind, String... shortNames) {
        return ResourceDefinition.namespaced(names(group, version, plural, kind, shortNames), new SpecStrategy())
                .withSupport(Support.STORED);
    }

    private static ResourceDefinition cluster(String group, String plural, String kind, String... shortNames) {
        return ResourceDefinition.cluster(names(group, "v1", plural, kind, shortNames), new SpecStrategy())
                .withSupport(Support.STORED);
    }

    /** Kinds without spec and status. */
    private static ResourceDefinition plainCluster(String group, String plural, String kind, String... shortNames) {
        return ResourceDefinition.cluster(names(group, "v1", plural, kind, shortNames), new RestStrategy() {})
                .withSupport(Support.STORED);
    }

    private static ResourceDefinition listed(
            String group, String version, String plural, String kind, String... shortNames) {
        ResourceNames names =
                new ResourceNames(group, version, plural, kind, Arrays.asList(shortNames), List.of("all"));
        return ResourceDefinition.namespaced(names, new SpecStrategy()).withSupport(Support.LISTED);
    }
}
