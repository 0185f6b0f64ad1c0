package io.i2kit.apiserver.controller.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What no machine has, and what the Pods that ask for it wait for in vain, as Pods do that ask for more than any node has. */
final class MissingResources {
    /** What machines are sized by, and what they live without. */
    private static final Set<String> KNOWN = Set.of("cpu", "memory", "ephemeral-storage");

    private MissingResources() {}

    /** Why a Pod gets no machine, in the scheduler's word, or empty. */
    static String of(PodSpec spec) {
        Set<String> missing = new TreeSet<>();
        for (List<Container> containers : List.of(spec.getContainers(), spec.getInitContainers())) {
            for (Container container : containers) {
                if (container.getResources() != null) {
                    add(container.getResources().getRequests(), missing);
                    add(container.getResources().getLimits(), missing);
                }
            }
        }
        return missing.isEmpty()
                ? ""
                : "Insufficient " + String.join(", Insufficient ", missing) + ": no machine has such a resource";
    }

    private static void add(@Nullable Map<String, Quantity> amounts, Set<String> missing) {
        if (amounts != null) {
            amounts.forEach((name, amount) -> {
                if (!KNOWN.contains(name) && amount.getNumericalAmount().signum() > 0) {
                    missing.add(name);
                }
            });
        }
    }
}
