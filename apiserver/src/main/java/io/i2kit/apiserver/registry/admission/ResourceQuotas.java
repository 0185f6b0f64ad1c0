package io.i2kit.apiserver.registry.admission;

import io.i2kit.apiserver.registry.Admission;
import io.i2kit.apiserver.registry.AdmissionRequest;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.storage.StoredObject;
import io.i2kit.apiserver.storage.Write;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code k8s.io/apiserver/pkg/admission/plugin/resourcequota}: what an object uses is charged to its namespace's quotas in the
 * transaction that stores it, and given back in the one that removes it, so that no two writers can pass a quota together.
 */
final class ResourceQuotas implements Admission {
    private static final String QUOTAS = "resourcequotas";
    /** Quotas of these ask each container for an amount. */
    private static final Set<String> REQUIRED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private final StoredObjects objects;
    private final Clock clock;

    ResourceQuotas(StoredObjects objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public List<Write> alsoWrite(AdmissionRequest request) {
        String resource = request.definition().storedResource();
        if (!request.definition().namespaced() || resource.equals("events")) {
            return List.of();
        }
        List<Write> writes = new ArrayList<>();
        for (StoredObject stored : objects.stored(QUOTAS, request.namespace())) {
            ObjectNode quota = Json.parse(stored.json());
            boolean itself = resource.equals(QUOTAS) && Meta.name(quota).equals(Meta.name(request.state()));
            if (!itself && charge(quota, resource, request)) {
                writes.add(new Write.Put(stored.key(), stored.revision(), Json.body(quota), null));
            }
        }
        return writes;
    }

    /** Changes {@code status.used}; answers whether it did. */
    private boolean charge(ObjectNode quota, String resource, AdmissionRequest request) {
        Amounts hard = Amounts.of(quota.path("status").path("hard"));
        Set<String> tracked = new TreeSet<>(hard.values().keySet());
        tracked.removeIf(name -> !QuotaUsage.counted(name).equals(resource));
        if (tracked.isEmpty()) {
            return false;
        }
        Instant now = clock.instant();
        ObjectNode object = request.object();
        ObjectNode old = request.old();
        Amounts delta = new Amounts();
        if (object != null && QuotaScopes.match(quota, resource, object)) {
            if (old == null) {
                requireAmounts(quota, tracked, resource, request);
            }
            delta.add(QuotaUsage.of(resource, object, now));
        }
        if (old != null && QuotaScopes.match(quota, resource, old)) {
            delta.subtract(QuotaUsage.of(resource, old, now));
        }
        delta.only(tracked).withoutZeros();
        if (delta.isEmpty()) {
            return false;
        }
        Amounts used = Amounts.of(quota.path("status").path("used"));
        requireKnown(quota, tracked, used, request);
        requireRoom(quota, hard, used, delta, request);
        used.add(delta).clamped();
        used.writeTo(quota.withObjectProperty("status").putObject("used"));
        return true;
    }

    private static void requireKnown(ObjectNode quota, Set<String> tracked, Amounts used, AdmissionRequest request) {
        boolean known = tracked.stream().allMatch(used::has);
        if (!known && request.object() != null) {
            throw request.forbidden(
                    "status unknown for quota: " + Meta.name(quota) + ", resources: " + String.join(",", tracked));
        }
    }

    private static void requireRoom(
            ObjectNode quota, Amounts hard, Amounts used, Amounts delta, AdmissionRequest request) {
        if (request.object() == null || request.subresource().equals("status")) {
            return;
        }
        List<String> exceeded = delta.values().keySet().stream()
                .filter(name -> delta.get(name).sign() > 0)
                .filter(name -> used.copy().add(delta).get(name).compareTo(hard.get(name)) > 0)
                .toList();
        if (!exceeded.isEmpty()) {
            throw request.forbidden("exceeded quota: " + Meta.name(quota) + ", requested: "
                    + delta.copy().only(exceeded) + ", used: " + used.copy().only(exceeded) + ", limited: "
                    + hard.copy().only(exceeded));
        }
    }

    /** {@code Constraints} of Pods: each container says what it needs of a resource that a quota bounds. */
    private static void requireAmounts(
            ObjectNode quota, Set<String> tracked, String resource, AdmissionRequest request) {
        JsonNode spec = request.state().path("spec");
        if (!resource.equals("pods") || !spec.path("resources").isEmpty()) {
            return;
        }
        TreeMap<String, TreeSet<String>> missing = new TreeMap<>();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                Amounts given = QuotaUsage.ofContainer(container);
                for (String name : tracked) {
                    if (REQUIRED.contains(name) && !given.has(name)) {
                        missing.computeIfAbsent(name, any -> new TreeSet<>())
                                .add(container.path("name").asString(""));
                    }
                }
            }
        }
        if (!missing.isEmpty()) {
            String text = missing.entrySet().stream()
                    .map(entry -> entry.getKey() + " for: " + String.join(",", entry.getValue()))
                    .collect(Collectors.joining("; "));
            throw request.forbidden("failed quota: " + Meta.name(quota) + ": must specify " + text);
        }
    }
}
