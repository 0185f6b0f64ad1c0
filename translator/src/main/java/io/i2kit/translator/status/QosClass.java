package io.i2kit.translator.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.i2kit.translator.linuxkit.Quantities;
import java.util.List;
import java.util.stream.Stream;

/** {@code status.qosClass}, by the rules of {@code pkg/apis/core/v1/helper/qos/qos.go}. */
public final class QosClass {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private QosClass() {}

    /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}. */
    public static String of(PodSpec spec) {
        List<ResourceRequirements> all = spec.getResources() != null
                ? List.of(spec.getResources())
                : Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
                        .map(QosClass::resources)
                        .toList();
        if (all.stream().allMatch(QosClass::isEmpty)) {
            return "BestEffort";
        }
        return all.stream().allMatch(QosClass::isGuaranteed) ? "Guaranteed" : "Burstable";
    }

    private static ResourceRequirements resources(Container container) {
        return container.getResources() == null ? new ResourceRequirements() : container.getResources();
    }

    private static boolean isEmpty(ResourceRequirements resources) {
        return COUNTED.stream().allMatch(name -> limit(resources, name) == 0 && request(resources, name) == 0);
    }

    /** Both limits are given, and requests are absent (they default to the limits) or equal. */
    private static boolean isGuaranteed(ResourceRequirements resources) {
        return COUNTED.stream().allMatch(name -> {
            long limit = limit(resources, name);
            long request = request(resources, name);
            return limit > 0 && (request == 0 || request == limit);
        });
    }

    private static long limit(ResourceRequirements resources, String name) {
        return Quantities.millis(resources.getLimits(), name);
    }

    private static long request(ResourceRequirements resources, String name) {
        return Quantities.millis(resources.getRequests(), name);
    }
}
