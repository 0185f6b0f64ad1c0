package io.i2kit.apiserver.http.auth.rbac;

import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.UserInfo;
import io.i2kit.apiserver.registry.rbac.PolicyRule;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Allows what a role that is bound to the user allows, and {@code system:masters} everything, whatever roles say
 * ({@code plugin/pkg/auth/authorizer/rbac}). Reads nothing but memory.
 */
public final class RbacAuthorizer implements Authorizer {
    private static final Decision MASTERS = Decision.allow(() -> "");

    private final RoleBook roles;

    public RbacAuthorizer(RoleBook roles) {
        this.roles = roles;
    }

    @Override
    public Decision decide(Attributes attributes) {
        UserInfo user = attributes.user();
        if (user.groups().contains(UserInfo.MASTERS)) {
            return MASTERS;
        }
        AtomicReference<Binding> by = new AtomicReference<>();
        Set<String> missing = roles.visit(user, attributes.namespace(), (binding, rule) -> {
            if (!allows(rule, attributes)) {
                return true;
            }
            by.set(binding);
            return false;
        });
        Binding binding = by.get();
        if (binding != null) {
            return Decision.allow(() -> "RBAC: allowed by " + binding.describe(Binding.keys(user)));
        }
        return Decision.deny(missing.isEmpty() ? "" : "RBAC: " + RoleBook.aggregate(missing));
    }

    private static boolean allows(PolicyRule rule, Attributes attributes) {
        return attributes.isResource()
                ? rule.allows(attributes.verb(), attributes.group(), attributes.resource(), attributes.name())
                : rule.allowsPath(attributes.verb(), attributes.path());
    }
}
