package io.i2kit.apiserver.controller.clusterrole;

import io.i2kit.apiserver.controller.ControllerManager;
import io.i2kit.apiserver.controller.ObjectSelector;
import io.i2kit.apiserver.controller.Reconciler;
import io.i2kit.apiserver.controller.Result;
import io.i2kit.apiserver.controller.WorkQueue;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.ObjectClient;
import io.i2kit.apiserver.registry.rbac.PolicyRule;
import io.i2kit.apiserver.registry.rbac.RbacResources;
import io.i2kit.apiserver.storage.ObjectKey;
import io.i2kit.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Gives a ClusterRole with an {@code aggregationRule} the rules of all ClusterRoles that it selects
 * ({@code pkg/controller/clusterroleaggregation}).
 */
public final class AggregationController implements Reconciler {
    private static final String CLUSTER_ROLES = RbacResources.GROUP + "/clusterroles";

    private final ObjectClient client;
    private final Informer<Role> roles;

    private AggregationController(ObjectClient client, Informer<Role> roles) {
        this.client = client;
        this.roles = roles;
    }

    /** @param selectors of a role that gathers others */
    private record Role(
            String name, Map<String, String> labels, List<ObjectSelector> selectors, List<PolicyRule> rules) {
        static Role of(StoredObject stored) {
            JsonNode role = Json.parse(stored.json());
            List<ObjectSelector> selectors = new ArrayList<>();
            role.path("aggregationRule")
                    .path("clusterRoleSelectors")
                    .forEach(selector -> selectors.add(ObjectSelector.of(selector)));
            return new Role(
                    stored.key().name(),
                    ObjectSelector.texts(role.path("metadata").path("labels")),
                    selectors,
                    PolicyRule.allOf(role));
        }
    }

    /** Registers the controller; it runs when the manager and the informers are started. */
    public static void register(ControllerManager manager, InformerFactory informers, ObjectClient client) {
        Informer<Role> roles = informers.create(CLUSTER_ROLES, Role::of, Map.of());
        WorkQueue queue = manager.register(new AggregationController(client, roles), 1);
        // Roles are few and any may be gathered by any, so each change asks all that gather.
        roles.onChange((key, before, after) -> roles.all().stream()
                .filter(role -> !role.selectors().isEmpty())
                .forEach(role -> queue.add(new ObjectKey(CLUSTER_ROLES, "", role.name()))));
    }

    @Override
    public String name() {
        return "clusterrole-aggregation";
    }

    @Override
    public Result reconcile(ObjectKey key) {
        Role role = roles.get(key);
        if (role == null || role.selectors().isEmpty()) {
            return Result.DONE;
        }
        List<PolicyRule> gathered = gather(role);
        if (!gathered.equals(role.rules())) {
            client.modify(key, "", current -> {
                if (current != null) {
                    current.set("rules", PolicyRule.toJson(gathered));
                }
                return current;
            });
        }
        return Result.DONE;
    }

    private List<PolicyRule> gather(Role role) {
        Set<PolicyRule> gathered = new LinkedHashSet<>();
        for (ObjectSelector selector : role.selectors()) {
            roles.all().stream()
                    .filter(other -> !other.name().equals(role.name()))
                    .filter(other -> selector.isEmpty() || selector.matches(other.labels()))
                    .sorted(Comparator.comparing(Role::name))
                    .forEach(other -> gathered.addAll(other.rules()));
        }
        return List.copyOf(gathered);
    }
}
