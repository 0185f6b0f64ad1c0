package io.i2kit.translator.core;

import io.fabric8.kubernetes.api.model.Service;
import io.i2kit.cloud.model.LoadBalancer.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Service of type LoadBalancer asks of its cloud: source ranges and the annotations of the AWS Load Balancer Controller
 * (kubernetes-sigs/aws-load-balancer-controller, docs/guide/service/annotations.md), by their names without the prefix.
 */
final class LoadBalancerSettings {
    private static final String PREFIX = "service.beta.kubernetes.io/";
    private static final String AWS = PREFIX + "aws-load-balancer-";

    /** Kubernetes' own, and a name under which some know it; the field of the Service comes first. */
    private static final List<String> SOURCE_RANGES =
            List.of(PREFIX + "load-balancer-source-ranges", AWS + "source-ranges");

    private LoadBalancerSettings() {}

    /** Only tags for any other type: the annotations say nothing there. */
    static Settings of(Service service, Map<String, String> tags) {
        if (!"LoadBalancer".equals(service.getSpec().getType())) {
            return Settings.of(tags);
        }
        Map<String, String> annotations = service.getMetadata().getAnnotations();
        Map<String, String> given = annotations == null ? Map.of() : annotations;
        Map<String, String> options = new TreeMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(AWS) && !SOURCE_RANGES.contains(key) && !value.isBlank()) {
                options.put(key.substring(AWS.length()), value.strip());
            }
        });
        return new Settings(tags, sourceRanges(service, given), options);
    }

    private static List<String> sourceRanges(Service service, Map<String, String> annotations) {
        List<String> ranges = service.getSpec().getLoadBalancerSourceRanges();
        if (ranges == null || ranges.isEmpty()) {
            ranges = SOURCE_RANGES.stream()
                    .flatMap(key ->
                            Arrays.stream(annotations.getOrDefault(key, "").split(",")))
                    .toList();
        }
        return ranges.stream()
                .map(String::strip)
                .filter(range -> !range.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
