package io.i2kit.apiserver.controller.disruption;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.EventRecorder;
import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.Scale;
import io.i2kit.apiserver.storage.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the status of PodDisruptionBudgets, which evictions ask. */
public final class DisruptionController implements Reconciler {
    private static final String BUDGETS = "policy/poddisruptionbudgets";
    private static final String COMPONENT = "controllermanager";
    private static final int WORKERS = 1;

    private final ObjectClient client;
    private final Informer<BudgetPod> pods;
    private final EventRecorder events;
    private final Clock clock;

    DisruptionController(ObjectClient client, Informer<BudgetPod> pods, EventRecorder events, Clock clock) {
        this.client = client;
        this.pods = pods;
        this.events = events;
        this.clock = clock;
    }

    /** Registers the controller; it runs when the manager and the informers are started. */
    public static void register(
            ControllerManager manager,
            InformerFactory informers,
            ObjectClient client,
            EventRecorder events,
            Clock clock) {
        Informer<BudgetPod> pods = informers.create("pods", BudgetPod::of, Map.of());
        Informer<BudgetSelector> budgets = informers.create(BUDGETS, BudgetSelector::of, Map.of());
        WorkQueue queue = manager.register(new DisruptionController(client, pods, events, clock), WORKERS);
        budgets.onChange((key, before, after) -> queue.add(key));
        pods.onChange((key, before, after) -> budgets.in(key.namespace()).stream()
                .filter(budget -> budget.matches(before) || budget.matches(after))
                .forEach(budget -> queue.add(budget.key())));
    }

    @Override
    public String name() {
        return "disruption";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode budget = client.get(key);
        if (budget == null || Meta.isDeleting(budget)) {
            return Result.DONE;
        }
        Instant now = clock.instant();
        List<BudgetPod> chosen = chosen(key, budget);
        if (chosen.isEmpty()) {
            events.event(key, budget, "Normal", "NoPods", "No matching pods found", COMPONENT);
        }
        try {
            ExpectedPods expected = ExpectedPods.of(budget.path("spec"), chosen, client);
            tellOfUnmanaged(key, budget, expected);
            write(key, budget, current -> BudgetStatus.of(current, expected, chosen, now));
        } catch (ExpectedPods.NoController e) {
            String why = "Failed to calculate the number of expected pods: " + e.getMessage();
            events.event(key, budget, "Warning", "CalculateExpectedPodCountFailed", why, COMPONENT);
            write(key, budget, current -> BudgetStatus.failed(current, String.valueOf(e.getMessage()), now));
            return Result.retry(why);
        }
        Instant next = BudgetStatus.nextLook(BudgetStatus.pending(budget.path("status"), chosen, now));
        return next == null ? Result.DONE : Result.after(Duration.between(now, next));
    }

    private List<BudgetPod> chosen(ObjectKey key, ObjectNode budget) {
        ObjectSelector requirements = BudgetSelector.requirements(budget.path("spec"));
        return pods.in(key.namespace()).stream()
                .filter(pod -> BudgetSelector.chooses(requirements, pod.labels()))
                .toList();
    }

    private void tellOfUnmanaged(ObjectKey key, ObjectNode budget, ExpectedPods expected) {
        if (!expected.unmanaged().isEmpty()) {
            String text = "Pods selected by this PodDisruptionBudget (selector: "
                    + Scale.selectorText(budget.path("spec").path("selector"))
                    + ") were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may"
                    + " result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB"
                    + " to an integer value.";
            events.event(key, budget, "Warning", "UnmanagedPods", text, COMPONENT);
        }
    }

    /** Only over the spec that was looked at: another one comes back by itself. */
    private void write(ObjectKey key, ObjectNode seen, UnaryOperator<ObjectNode> status) {
        client.modify(key, "status", current -> {
            if (current != null && Meta.generation(current) == Meta.generation(seen)) {
                current.set("status", status.apply(current));
            }
            return current;
        });
    }
}
