package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.auth.Authenticator;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.TokenUsers;
import io.i2kit.apiserver.http.auth.rbac.EscalationGuard;
import io.i2kit.apiserver.http.auth.rbac.RbacAuthorizer;
import io.i2kit.apiserver.http.auth.rbac.RoleBook;
import io.i2kit.apiserver.http.rest.WriteGuard;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.rbac.PolicyReconciler;

/** Who may do what, for one server: put together from its options and its store, and kept current by watches. */
final class AccessControl implements AutoCloseable {
    private final InformerFactory informers;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final WriteGuard guard;

    private AccessControl(TokenUsers tokens, Registry registry) {
        this.informers = new InformerFactory(registry.store().storage());
        RoleBook roles = new RoleBook(informers);
        this.authenticator = new Authenticator(tokens);
        this.authorizer = new RbacAuthorizer(roles);
        this.guard = new EscalationGuard(authorizer, roles);
    }

    /** Decisions are right when it returns: a store without the default policy gets it first, others are checked meanwhile. */
    static AccessControl start(TokenUsers tokens, Registry registry) {
        PolicyReconciler policy = new PolicyReconciler(registry.objects());
        if (policy.isPresent()) {
            Thread.ofVirtual().name("rbac-policy").start(policy::run);
        } else {
            policy.run();
        }
        AccessControl access = new AccessControl(tokens, registry);
        access.informers.start();
        return access;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    Authorizer authorizer() {
        return authorizer;
    }

    WriteGuard guard() {
        return guard;
    }

    @Override
    public void close() {
        informers.close();
    }
}
