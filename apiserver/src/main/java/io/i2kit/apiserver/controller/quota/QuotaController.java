package io.i2kit.apiserver.controller.quota;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.admission.QuotaStatus;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/**
 * Counts what a ResourceQuota bounds when it is made or changed, and again every few minutes. Between, each write of an object
 * charges its quotas itself, in its own transaction.
 */
public final class QuotaController implements Reconciler {
    private static final String QUOTAS = "resourcequotas";
    /** The controller manager's {@code --resource-quota-sync-period}. */
    private static final Duration RESYNC = Duration.ofMinutes(5);
    /** An object that was stored while a new quota was being counted is found by a second look. */
    private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

    private static final int WORKERS = 5;

    private final ObjectClient client;
    private final Clock clock;

    QuotaController(ObjectClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Registers the controller; it runs when the manager and the informers are started. */
    public static void register(
            ControllerManager manager, InformerFactory informers, ObjectClient client, Clock clock) {
        WorkQueue queue = manager.register(new QuotaController(client, clock), WORKERS);
        informers.create(QUOTAS, QuotaController::spec, Map.of()).onChange((key, before, after) -> {
            if (after != null) {
                queue.add(key);
            }
        });
    }

    private static String spec(StoredObject quota) {
        return Json.parse(quota.json()).path("spec").toString();
    }

    @Override
    public String name() {
        return "resource-quota";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        ObjectNode before = client.get(key);
        if (before == null) {
            return Result.DONE;
        }
        ObjectNode after = client.modify(key, "status", current -> {
            ObjectNode quota = Objects.requireNonNull(current);
            QuotaStatus.recount(quota, client, clock.instant());
            return quota;
        });
        boolean same = after == null || Json.same(before.path("status"), after.path("status"));
        return Result.after(same ? RESYNC : SECOND_LOOK);
    }
}
