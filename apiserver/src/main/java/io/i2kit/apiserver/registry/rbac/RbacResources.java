package io.i2kit.apiserver.registry.rbac;

import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.ResourceNames;
import io.i2kit.apiserver.registry.table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Roles, cluster roles and their bindings. */
public final class RbacResources {
    /** The group of all four kinds. */
    public static final String GROUP = "rbac.authorization.k8s.io";

    private RbacResources() {}

    public static List<ResourceDefinition> all() {
        List<Column> roleColumns = List.of(
                Column.nameColumn(),
                new Column(
                        "Created At",
                        "date",
                        "",
                        "When the object was created.",
                        0,
                        role -> role.path("metadata").path("creationTimestamp").asString("")));
        return List.of(
                ResourceDefinition.cluster(
                                names("clusterrolebindings", "ClusterRoleBinding"), new BindingStrategy(false))
                        .withColumns(bindingColumns("clusterRoleBinding")),
                ResourceDefinition.cluster(names("clusterroles", "ClusterRole"), new RoleStrategy(false))
                        .withColumns(roleColumns),
                ResourceDefinition.namespaced(names("rolebindings", "RoleBinding"), new BindingStrategy(true))
                        .withColumns(bindingColumns("roleBinding")),
                ResourceDefinition.namespaced(names("roles", "Role"), new RoleStrategy(true))
                        .withColumns(roleColumns));
    }

    private static ResourceNames names(String plural, String kind) {
        return new ResourceNames(GROUP, "v1", plural, kind, List.of(), List.of());
    }

    private static List<Column> bindingColumns(String kind) {
        return List.of(
                Column.nameColumn(),
                Column.text(
                        "Role",
                        "The role that it grants; it cannot be changed.",
                        binding -> binding.path("roleRef").path("kind").asString("") + "/"
                                + binding.path("roleRef").path("name").asString("")),
                Column.age(),
                Column.wide("Users", "Users in the " + kind, binding -> subjects(binding, "User")),
                Column.wide("Groups", "Groups in the " + kind, binding -> subjects(binding, "Group")),
                Column.wide(
                        "ServiceAccounts",
                        "ServiceAccounts in the " + kind,
                        binding -> subjects(binding, "ServiceAccount")));
    }

    private static String subjects(JsonNode binding, String kind) {
        List<String> names = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            if (subject.path("kind").asString("").equals(kind)) {
                String name = subject.path("name").asString("");
                names.add(
                        kind.equals("ServiceAccount")
                                ? subject.path("namespace").asString("") + "/" + name
                                : name);
            }
        }
        return String.join(", ", names);
    }
}
