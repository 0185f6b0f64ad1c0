package io.i2kit.apiserver.http.auth.rbac;

import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.informer.Informer;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.informer.Projector;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.rbac.PolicyRule;
import io.i2kit.apiserver.registry.rbac.RbacResources;
import io.i2kit.apiserver.storage.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All roles and bindings, found by whom they concern ({@code pkg/registry/rbac/validation/rule.go}). */
public final class RoleBook {
    private static final String CLUSTER_ROLES = RbacResources.GROUP + "/clusterroles";
    private static final String ROLES = RbacResources.GROUP + "/roles";
    private static final String SUBJECT = "subject";

    private final Informer<Role> clusterRoles;
    private final Informer<Role> roles;
    private final Informer<Binding> clusterBindings;
    private final Informer<Binding> bindings;

    /** It is current once the informers are started. */
    public RoleBook(InformerFactory informers) {
        Projector<Role> role = stored -> new Role(PolicyRule.allOf(Json.parse(stored.json())));
        this.clusterRoles = informers.create(CLUSTER_ROLES, role, Map.of());
        this.roles = informers.create(ROLES, role, Map.of());
        this.clusterBindings = informers.create(
                RbacResources.GROUP + "/clusterrolebindings",
                Binding::of,
                Map.of(SUBJECT, (key, binding) -> binding.index()));
        this.bindings = informers.create(
                RbacResources.GROUP + "/rolebindings", Binding::of, Map.of(SUBJECT, (key, binding) -> binding.index()));
    }

    private record Role(List<PolicyRule> rules) {
        Role {
            rules = List.copyOf(rules);
        }
    }

    /** Is shown rules until it has seen enough. */
    @FunctionalInterface
    interface Visitor {
        /** @return whether to go on */
        boolean visit(Binding binding, PolicyRule rule);
    }

    /**
     * Shows the rules that a user holds.
     *
     * @param namespace whose bindings count besides those of the cluster; may be empty
     * @return roles that bindings name and that are not there, as messages
     */
    Set<String> visit(UserInfo user, String namespace, Visitor visitor) {
        Set<String> missing = new LinkedHashSet<>();
        List<String> keys = Binding.keys(user);
        for (String key : keys) {
            if (!visit(clusterBindings.byIndex(SUBJECT, "|" + key), visitor, missing)) {
                return missing;
            }
        }
        if (!namespace.isEmpty()) {
            for (String key : keys) {
                if (!visit(bindings.byIndex(SUBJECT, namespace + "|" + key), visitor, missing)) {
                    return missing;
                }
            }
        }
        return missing;
    }

    private boolean visit(List<Binding> found, Visitor visitor, Set<String> missing) {
        for (Binding binding : found) {
            List<PolicyRule> rules = rules(binding.roleKind(), binding.roleName(), binding.namespace());
            if (rules == null) {
                missing.add(notFound(binding.roleKind(), binding.roleName()));
                continue;
            }
            for (PolicyRule rule : rules) {
                if (!visitor.visit(binding, rule)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** All rules that a user holds in a namespace, and with an empty one in the whole cluster. */
    public Rules rulesOf(UserInfo user, String namespace) {
        List<PolicyRule> held = new ArrayList<>();
        Set<String> missing = visit(user, namespace, (binding, rule) -> held.add(rule));
        return new Rules(held, missing.isEmpty() ? "" : aggregate(missing));
    }

    /**
     * What somebody holds.
     *
     * @param error what could not be found out, or empty
     */
    public record Rules(List<PolicyRule> held, String error) {
        public Rules {
            held = List.copyOf(held);
        }
    }

    /** The rules of a role that a binding names, or null when there is no such role. */
    @Nullable
    List<PolicyRule> rules(String kind, String name, String namespace) {
        Role role = kind.equals("ClusterRole")
                ? clusterRoles.get(new ObjectKey(CLUSTER_ROLES, "", name))
                : roles.get(new ObjectKey(ROLES, namespace, name));
        return role == null ? null : role.rules();
    }

    static String notFound(String kind, String name) {
        String resource = kind.equals("ClusterRole") ? "clusterrole" : "role";
        return resource + "." + RbacResources.GROUP + " \"" + name + "\" not found";
    }

    /** Errors as {@code k8s.io/apimachinery/pkg/util/errors} joins them. */
    static String aggregate(Set<String> messages) {
        return messages.size() == 1 ? messages.iterator().next() : "[" + String.join(", ", messages) + "]";
    }
}
