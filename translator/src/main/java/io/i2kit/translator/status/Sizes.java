package io.i2kit.translator.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a Pod's containers ask for another size than they were given. */
final class Sizes {
    private static final List<String> RESIZABLE = List.of("cpu", "memory");

    private Sizes() {}

    /** @param status says what was given */
    static boolean differ(PodSpec spec, PodStatus status) {
        Map<String, ContainerStatus> given = Stream.concat(
                        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .collect(Collectors.toMap(ContainerStatus::getName, Function.identity(), (first, second) -> second));
        return differ(spec.getResources(), status.getResources())
                || Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                        .anyMatch(container -> differs(container, given.get(container.getName())));
    }

    private static boolean differs(Container container, @Nullable ContainerStatus given) {
        return differ(container.getResources(), given == null ? null : given.getResources());
    }

    private static boolean differ(@Nullable ResourceRequirements asks, @Nullable ResourceRequirements has) {
        if (has == null) {
            return false;
        }
        return RESIZABLE.stream()
                .anyMatch(name -> amount(asks == null ? null : asks.getRequests(), name)
                                        .compareTo(amount(has.getRequests(), name))
                                != 0
                        || amount(asks == null ? null : asks.getLimits(), name).compareTo(amount(has.getLimits(), name))
                                != 0);
    }

    private static BigDecimal amount(@Nullable Map<String, Quantity> amounts, String name) {
        Quantity amount = amounts == null ? null : amounts.get(name);
        return amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
    }
}
