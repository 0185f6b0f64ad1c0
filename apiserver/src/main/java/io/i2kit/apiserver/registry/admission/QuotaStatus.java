package io.i2kit.apiserver.registry.admission;

import io.i2kit.apiserver.registry.ObjectClient;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Counts a quota's usage afresh: {@code syncResourceQuota} of {@code pkg/controller/resourcequota}. */
public final class QuotaStatus {
    private QuotaStatus() {}

    /** Writes what is bounded and what is used of it into a quota of which nobody else writes meanwhile. */
    public static void recount(ObjectNode quota, ObjectClient objects, Instant now) {
        Amounts hard = Amounts.of(quota.path("spec").path("hard"));
        String namespace = quota.path("metadata").path("namespace").asString("");
        Amounts used = new Amounts();
        hard.values().keySet().forEach(name -> used.put(name, 0));
        Map<String, List<ObjectNode>> listed = new HashMap<>();
        for (String name : hard.values().keySet()) {
            String resource = QuotaUsage.counted(name);
            if (!resource.isEmpty() && !listed.containsKey(resource)) {
                List<ObjectNode> found = objects.list(resource, namespace);
                listed.put(resource, found);
                found.forEach(object -> add(used, quota, resource, object, now));
            }
        }
        used.only(hard.values().keySet());
        ObjectNode status = quota.putObject("status");
        hard.writeTo(status.putObject("hard"));
        used.writeTo(status.putObject("used"));
    }

    private static void add(Amounts used, JsonNode quota, String resource, ObjectNode object, Instant now) {
        if (QuotaScopes.match(quota, resource, object)) {
            used.add(QuotaUsage.of(resource, object, now));
        }
    }
}
