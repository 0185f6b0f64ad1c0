package io.i2kit.apiserver.registry.admission;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * What a Pod asks for altogether: {@code PodRequests} and {@code PodLimits} of {@code k8s.io/component-helpers/resource}. Init
 * containers run one after another, sidecars beside the rest.
 */
final class PodAmounts {
    private static final List<String> OF_PODS = List.of("cpu", "memory");

    private PodAmounts() {}

    /** @param kind {@code requests} or {@code limits} */
    static Amounts of(JsonNode spec, String kind) {
        Amounts all = new Amounts();
        for (JsonNode container : spec.path("containers")) {
            all.add(Amounts.of(container.path("resources").path(kind)));
        }
        Amounts sidecars = new Amounts();
        Amounts initial = new Amounts();
        for (JsonNode container : spec.path("initContainers")) {
            Amounts own = Amounts.of(container.path("resources").path(kind));
            if (container.path("restartPolicy").equals(StringNode.valueOf("Always"))) {
                all.add(own);
                sidecars.add(own);
                initial.max(sidecars);
            } else {
                initial.max(own.add(sidecars));
            }
        }
        all.max(initial);
        for (Map.Entry<String, JsonNode> own : spec.path("resources").path(kind).properties()) {
            if (OF_PODS.contains(own.getKey()) || own.getKey().startsWith("hugepages-")) {
                all.put(
                        own.getKey(),
                        Amounts.of(spec.path("resources").path(kind)).get(own.getKey()));
            }
        }
        return all;
    }
}
