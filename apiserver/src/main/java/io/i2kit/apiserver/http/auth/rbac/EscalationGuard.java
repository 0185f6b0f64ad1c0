package io.i2kit.apiserver.http.auth.rbac;

import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.RequestInfo;
import io.i2kit.apiserver.http.rest.WriteGuard;
import io.i2kit.apiserver.registry.ApiException;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.ResourceDefinition;
import io.i2kit.apiserver.registry.rbac.Coverage;
import io.i2kit.apiserver.registry.rbac.PolicyRule;
import io.i2kit.apiserver.registry.rbac.RbacResources;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nobody grants by a role or a binding what he does not hold himself, unless he may {@code escalate} roles or {@code bind} that role
 * ({@code pkg/registry/rbac/escalation_check.go} and the {@code policybased} storages).
 */
public final class EscalationGuard implements WriteGuard {
    private static final List<PolicyRule> EVERYTHING = List.of(
            new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
            new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    private final Authorizer authorizer;
    private final RoleBook roles;

    public EscalationGuard(Authorizer authorizer, RoleBook roles) {
        this.authorizer = authorizer;
        this.roles = roles;
    }

    @Override
    public boolean concerns(ResourceDefinition definition) {
        return definition.names().group().equals(RbacResources.GROUP);
    }

    @Override
    public void check(
            RequestInfo info,
            ApiRequest request,
            ResourceDefinition definition,
            ObjectNode object,
            @Nullable ObjectNode old) {
        UserInfo user = request.user();
        if (user.groups().contains(UserInfo.MASTERS) || old != null && isOnlyForCollection(object, old)) {
            return;
        }
        ObjectNode defaulted = object.deepCopy();
        definition.strategy().setDefaults(defaulted);
        if (definition.names().kind().endsWith("Binding")) {
            binding(info, user, definition, defaulted);
        } else {
            role(info, user, definition, defaulted, old);
        }
    }

    /** Whether a write changes only what the garbage collector changes. */
    private static boolean isOnlyForCollection(ObjectNode object, ObjectNode old) {
        ObjectNode copy = object.deepCopy();
        for (String field : List.of("ownerReferences", "finalizers", "managedFields")) {
            Meta.copy(old, copy, field);
        }
        return Json.same(copy, old);
    }

    private void role(
            RequestInfo info,
            UserInfo user,
            ResourceDefinition definition,
            ObjectNode object,
            @Nullable ObjectNode old) {
        String namespace = info.target().namespace();
        Attributes escalate = Attributes.ofResource(
                user,
                "escalate",
                RbacResources.GROUP,
                info.target().resource(),
                namespace,
                info.target().name());
        if (authorizer.decide(escalate).allowed()) {
            return;
        }
        refuseMissing(user, namespace, PolicyRule.allOf(object), definition, object);
        boolean gathers = hasAggregation(object) || old != null && hasAggregation(old);
        if (gathers
                && !Coverage.missing(roles.rulesOf(user, namespace).held(), EVERYTHING)
                        .isEmpty()) {
            throw forbidden(definition, object, "must have cluster-admin privileges to use the aggregationRule");
        }
    }

    private static boolean hasAggregation(JsonNode role) {
        return !role.path("aggregationRule").path("clusterRoleSelectors").isEmpty();
    }

    private void binding(RequestInfo info, UserInfo user, ResourceDefinition definition, ObjectNode object) {
        String namespace = info.target().namespace();
        JsonNode reference = object.path("roleRef");
        String kind = reference.path("kind").asString("");
        String name = reference.path("name").asString("");
        if (!kind.equals("Role") && !kind.equals("ClusterRole")) {
            throw ApiException.badRequest("unsupported role reference kind: \"" + kind + "\"");
        }
        String plural = kind.equals("Role") ? "roles" : "clusterroles";
        Attributes bind =
                Attributes.ofResource(user, "bind", reference.path("apiGroup").asString(""), plural, namespace, name);
        if (authorizer.decide(bind).allowed()) {
            return;
        }
        List<PolicyRule> granted = roles.rules(kind, name, namespace);
        if (granted == null) {
            throw ApiException.notFound(RbacResources.GROUP, kind.equals("Role") ? "role" : "clusterrole", name);
        }
        refuseMissing(user, namespace, granted, definition, object);
    }

    private void refuseMissing(
            UserInfo user,
            String namespace,
            List<PolicyRule> granted,
            ResourceDefinition definition,
            ObjectNode object) {
        RoleBook.Rules rules = roles.rulesOf(user, namespace);
        List<PolicyRule> missing = Coverage.missing(rules.held(), granted);
        if (missing.isEmpty()) {
            return;
        }
        String message = "user \"" + user.name() + "\" (groups=" + Coverage.quoted(user.groups())
                + ") is attempting to grant RBAC permissions not currently held:\n" + Coverage.describe(missing);
        throw forbidden(
                definition,
                object,
                rules.error().isEmpty() ? message : message + "; resolution errors: [" + rules.error() + "]");
    }

    private static ApiException forbidden(ResourceDefinition definition, ObjectNode object, String message) {
        return ApiException.forbidden(RbacResources.GROUP, definition.names().plural(), Meta.name(object), message);
    }
}
