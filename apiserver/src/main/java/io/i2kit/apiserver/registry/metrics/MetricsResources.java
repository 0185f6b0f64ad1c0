package io.i2kit.apiserver.registry.metrics;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.SpecStrategy;
import io.i2kit.apiserver.registry.Support;
import java.util.List;

/**
 * NodeMetrics and PodMetrics, as an API without measurements: both lists are empty, so that {@code kubectl top} says that metrics are
 * not available yet instead of that there is no such API.
 */
public final class MetricsResources {
    private static final String GROUP = "metrics.k8s.io";
    private static final String VERSION = "v1beta1";

    private MetricsResources() {}

    public static List<ResourceDefinition> all() {
        return List.of(
                ResourceDefinition.cluster(names("nodes", "NodeMetrics"), new SpecStrategy())
                        .withSupport(Support.LISTED),
                ResourceDefinition.namespaced(names("pods", "PodMetrics"), new SpecStrategy())
                        .withSupport(Support.LISTED));
    }

    private static ResourceNames names(String plural, String kind) {
        return new ResourceNames(GROUP, VERSION, plural, kind, List.of(), List.of());
    }
}
