package io.i2kit.apiserver.controller.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.i2kit.translator.Workload;
import io.i2kit.translator.apps.ModelBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Pods that no machine of the cloud would do for; they wait in vain, as Pods do that fit no node. */
final class UnfitPods {
    /** What machines are sized by, and what they live without. */
    private static final Set<String> KNOWN = Set.of("cpu", "memory", "ephemeral-storage");

    private UnfitPods() {}

    /** Why a workload gets no machine, in the scheduler's words ({@code pkg/scheduler/framework/types.go}), or empty. */
    static String why(Workload workload, ModelBuilder builder) {
        Optional<String> architecture = builder.missingArchitecture(workload);
        return architecture
                .map(name -> "no machine matches the Pod's node affinity/selector: none has the architecture " + name)
                .orElseGet(() -> missingResources(workload.spec()));
    }

    private static String missingResources(PodSpec spec) {
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
