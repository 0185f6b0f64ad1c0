package io.i2kit.apiserver.controller.disruption;

import io.i2kit.apiserver.controller.OwnerReference;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.storage.ObjectKey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many Pods there should be and how many must stay healthy ({@code getExpectedPodCount}).
 *
 * @param unmanaged names of Pods that nobody manages: a part of them cannot be reckoned with
 */
record ExpectedPods(int expected, int desiredHealthy, List<String> unmanaged) {
    /** Kinds that say how many Pods they want, and where they are stored. */
    private static final Map<String, String> SCALED = Map.of(
            "ReplicationController", "replicationcontrollers",
            "ReplicaSet", "apps/replicasets",
            "Deployment", "apps/deployments",
            "StatefulSet", "apps/statefulsets");

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    ExpectedPods {
        unmanaged = List.copyOf(unmanaged);
    }

    /** A Pod's managing owner is not there or of a kind without replicas. */
    static final class NoController extends Exception {
        private static final long serialVersionUID = 1L;

        NoController(String pod) {
            super("found no controllers for pod \"" + pod + "\"");
        }
    }

    /**
     * @param spec of the budget
     * @throws NoController when the number depends on owners and one cannot be asked
     */
    static ExpectedPods of(JsonNode spec, List<BudgetPod> pods, ObjectClient client) throws NoController {
        JsonNode unavailable = spec.path("maxUnavailable");
        JsonNode available = spec.path("minAvailable");
        if (!unavailable.isMissingNode()) {
            Scale scale = scale(pods, client);
            int desired = Math.max(0, scale.replicas() - scaled(unavailable, scale.replicas()));
            return new ExpectedPods(scale.replicas(), desired, scale.unmanaged());
        }
        if (available.isNumber()) {
            return new ExpectedPods(pods.size(), available.asInt(0), List.of());
        }
        if (available.isString()) {
            Scale scale = scale(pods, client);
            return new ExpectedPods(scale.replicas(), scaled(available, scale.replicas()), scale.unmanaged());
        }
        return new ExpectedPods(0, 0, List.of());
    }

    private record Scale(int replicas, List<String> unmanaged) {}

    /** What the owners of all these Pods want together ({@code getExpectedScale}). */
    private static Scale scale(List<BudgetPod> pods, ObjectClient client) throws NoController {
        Map<String, Integer> byOwner = new HashMap<>();
        Map<String, String> known = new HashMap<>();
        List<String> unmanaged = new ArrayList<>();
        for (BudgetPod pod : pods) {
            OwnerReference owner = pod.owner();
            if (owner == null) {
                unmanaged.add(pod.key().name());
            } else if (!known.containsKey(owner.uid())) {
                ObjectNode scaled = topmost(owner, pod.key().namespace(), client);
                if (scaled == null) {
                    throw new NoController(pod.key().name());
                }
                String uid = scaled.path("metadata").path("uid").asString("");
                known.put(owner.uid(), uid);
                byOwner.put(uid, scaled.path("spec").path("replicas").asInt(0));
            }
        }
        return new Scale(byOwner.values().stream().mapToInt(Integer::intValue).sum(), unmanaged);
    }

    /** The owner, or the Deployment behind a ReplicaSet; null when there is none that has replicas. */
    private static @Nullable ObjectNode topmost(OwnerReference owner, String namespace, ObjectClient client) {
        ObjectNode object = owner(owner, namespace, client);
        OwnerReference above = object == null ? null : OwnerReference.managing(object);
        return above != null && above.kind().equals("Deployment") ? owner(above, namespace, client) : object;
    }

    private static @Nullable ObjectNode owner(OwnerReference owner, String namespace, ObjectClient client) {
        String resource = SCALED.get(owner.kind());
        ObjectNode object = resource == null ? null : client.get(new ObjectKey(resource, namespace, owner.name()));
        boolean same = object != null
                && object.path("metadata").path("uid").asString("").equals(owner.uid());
        return same ? object : null;
    }

    /** {@code GetScaledValueFromIntOrPercent}, rounded up. */
    private static int scaled(JsonNode value, int total) {
        if (value.isNumber()) {
            return value.asInt(0);
        }
        BigDecimal percent = new BigDecimal(value.asString("0%").replace("%", ""));
        return percent.multiply(BigDecimal.valueOf(total))
                .divide(HUNDRED, 0, RoundingMode.CEILING)
                .intValueExact();
    }
}
