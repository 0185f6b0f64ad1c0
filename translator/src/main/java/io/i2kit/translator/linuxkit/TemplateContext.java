package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.translator.Workload;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one translation of a template looks things up in, and where it notes what is missing. */
final class TemplateContext {
    private final Workload workload;
    private final References references;
    private final MachineSize size;
    private final List<ConfigProblem> problems = new ArrayList<>();

    TemplateContext(Workload workload, References references, MachineSize size) {
        this.workload = workload;
        this.references = references;
        this.size = size;
    }

    String namespace() {
        return workload.namespace();
    }

    Workload workload() {
        return workload;
    }

    @Nullable
    Map<String, byte[]> configMap(@Nullable String name) {
        return name == null ? null : references.configMaps().get(name);
    }

    @Nullable
    Map<String, byte[]> secret(@Nullable String name) {
        return name == null ? null : references.secrets().get(name);
    }

    void problem(ConfigProblem problem) {
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    List<ConfigProblem> problems() {
        return List.copyOf(problems);
    }

    /**
     * A container's limit or request in units of the divisor, rounded up; where a limit is not given, the machine's own figure,
     * as the kubelet takes the node's ({@code pkg/api/v1/resource/helpers.go}, ExtractContainerResourceValue).
     */
    String resource(ResourceFieldSelector selector, @Nullable Container container) {
        Container of = container != null && selector.getContainerName() == null
                ? container
                : byName(selector.getContainerName());
        String[] path = selector.getResource().split("\\.", 2);
        if (of == null || path.length < 2) {
            return "0";
        }
        boolean limit = path[0].equals("limits");
        BigDecimal value = Quantities.value(
                limit ? Quantities.limits(of.getResources()) : Quantities.requests(of.getResources()), path[1]);
        if (limit && value.signum() == 0) {
            value = machines(path[1]);
        }
        BigDecimal divisor = selector.getDivisor() == null ? BigDecimal.ZERO : Quantities.value(selector.getDivisor());
        return value.divide(divisor.signum() == 0 ? BigDecimal.ONE : divisor, 0, RoundingMode.CEILING)
                .toPlainString();
    }

    private @Nullable Container byName(@Nullable String name) {
        return Stream.concat(workload.spec().getContainers().stream(), workload.spec().getInitContainers().stream())
                .filter(container -> container.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private BigDecimal machines(String resource) {
        return switch (resource) {
            case "cpu" -> BigDecimal.valueOf(size.milliCpu(), 3);
            case "memory" -> BigDecimal.valueOf(size.memoryBytes());
            default -> BigDecimal.ZERO;
        };
    }
}
