package io.i2kit.apiserver.http.rest;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.Store;
import io.i2kit.apiserver.registry.WriteOptions;
import io.i2kit.apiserver.registry.core.SelectorMatch;
import io.i2kit.apiserver.registry.policy.PolicyResources;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.Storage.ListRequest;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a Pod may be evicted: its disruption budget's status says so ({@code pkg/registry/core/pod/storage/eviction.go}). While
 * the status is not that of the newest spec the answer is to try again.
 */
final class Evictions {
    private static final String MANAGER = "i2kit-controller";
    private static final String CAUSE = "DisruptionBudget";
    private static final String VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static final int RETRY_SECONDS = 10;
    private static final Set<String> UNGUARDED_PHASES = Set.of("Succeeded", "Failed", "Pending");

    private final Store store;
    private final ResourceDefinition budgets;

    Evictions(Store store) {
        this.store = store;
        this.budgets = PolicyResources.all().getFirst();
    }

    /**
     * Takes one disruption from the Pod's budget.
     *
     * @throws ApiException TooManyRequests when none is left, InternalError when several budgets choose the Pod
     */
    void take(ObjectNode pod, boolean dryRun) {
        if (UNGUARDED_PHASES.contains(text(pod.path("status"), "phase")) || Meta.isDeleting(pod)) {
            return;
        }
        List<ObjectNode> chosen = budgetsOf(pod);
        if (chosen.size() > 1) {
            throw new ApiException(
                    500,
                    "",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
                    null);
        }
        if (chosen.isEmpty() || goesUncounted(pod, chosen.getFirst())) {
            return;
        }
        ObjectNode budget = chosen.getFirst();
        check(budget);
        if (!dryRun) {
            ObjectKey key = budgets.key(Meta.namespace(budget), Meta.name(budget));
            store.update(
                    budgets,
                    key,
                    "status",
                    current -> decremented(Objects.requireNonNull(current), Meta.name(pod)),
                    WriteOptions.by(MANAGER));
        }
    }

    private List<ObjectNode> budgetsOf(ObjectNode pod) {
        List<ObjectNode> chosen = new ArrayList<>();
        ListRequest request = new ListRequest(budgets.storedResource(), Meta.namespace(pod), 0, null, 0);
        for (StoredObject stored : store.storage().list(request).objects()) {
            ObjectNode budget = Json.parse(stored.json());
            JsonNode labels = pod.path("metadata").path("labels");
            if (SelectorMatch.matches(budget.path("spec").path("selector"), labels)) {
                chosen.add(budget);
            }
        }
        return chosen;
    }

    /** An unready Pod may go without being counted when enough others are healthy, or when its budget says so. */
    private static boolean goesUncounted(ObjectNode pod, ObjectNode budget) {
        boolean ready = pod.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(condition -> text(condition, "type").equals("Ready")
                        && text(condition, "status").equals("True"));
        if (ready) {
            return false;
        }
        JsonNode status = budget.path("status");
        long desired = status.path("desiredHealthy").asLong(0);
        return text(budget.path("spec"), "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || desired > 0 && status.path("currentHealthy").asLong(0) >= desired;
    }

    private static ObjectNode decremented(ObjectNode budget, String pod) {
        check(budget);
        ObjectNode status = budget.withObjectProperty("status");
        status.put("disruptionsAllowed", status.path("disruptionsAllowed").asInt(0) - 1);
        status.withObjectProperty("disruptedPods").put(pod, Meta.time(Instant.now()));
        return budget;
    }

    /** {@code checkAndDecrement}, but for the decrement. */
    private static void check(ObjectNode budget) {
        String name = Meta.name(budget);
        JsonNode status = budget.path("status");
        long allowed = status.path("disruptionsAllowed").asLong(0);
        if (status.path("observedGeneration").asLong(0) < Meta.generation(budget)) {
            throw refused(RETRY_SECONDS, "The disruption budget " + name + " is still being processed by the server.");
        }
        if (allowed < 0) {
            throw new ApiException(
                    403,
                    "Forbidden",
                    "poddisruptionbudget.policy \"" + name + "\" is forbidden: pdb disruptions allowed is negative",
                    new ApiException.Details(
                            "policy",
                            "poddisruptionbudget",
                            name,
                            "",
                            List.of(new FieldError(
                                    CAUSE,
                                    "",
                                    "The disruption budget " + name
                                            + " does not allow evicting pods currently: pdb disruptions"
                                            + " allowed is negative")),
                            0));
        }
        if (allowed == 0) {
            throw refused(0, "The disruption budget " + name + why(status));
        }
    }

    private static String why(JsonNode status) {
        String plain = " does not allow evicting pods currently";
        JsonNode refusal = status.path("conditions")
                .valueStream()
                .filter(condition -> text(condition, "type").equals("DisruptionAllowed")
                        && text(condition, "status").equals("False")
                        && !text(condition, "message").isEmpty())
                .findFirst()
                .orElse(Json.object());
        String reason = text(refusal, "reason");
        long desired = status.path("desiredHealthy").asLong(0);
        long current = status.path("currentHealthy").asLong(0);
        if (reason.equals("SyncFailed")) {
            return plain + " because it failed sync: " + text(refusal, "message");
        }
        if (current <= desired) {
            return " needs " + desired + " healthy pods and has " + current + " currently";
        }
        return refusal.isEmpty() ? plain : plain + " (" + reason + "): " + text(refusal, "message");
    }

    private static ApiException refused(int retryAfterSeconds, String cause) {
        return new ApiException(
                429,
                "TooManyRequests",
                VIOLATES,
                new ApiException.Details("", "", "", "", List.of(new FieldError(CAUSE, "", cause)), retryAfterSeconds));
    }
}
