package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.auth.Authenticator;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.Impersonation;
import io.i2kit.apiserver.http.auth.TokenUsers;
import io.i2kit.apiserver.http.auth.rbac.EscalationGuard;
import io.i2kit.apiserver.http.auth.rbac.RbacAuthorizer;
import io.i2kit.apiserver.http.auth.rbac.RoleBook;
import io.i2kit.apiserver.http.rest.PostAction;
import io.i2kit.apiserver.http.rest.WriteHooks;
import io.i2kit.apiserver.http.review.AccessReviews;
import io.i2kit.apiserver.http.review.IdentityReviews;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.rbac.PolicyReconciler;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who may do what, for one server: put together from its options and its store, and kept current by watches. */
final class AccessControl implements AutoCloseable {
    /** What tokens of this server are meant for when nobody says otherwise. */
    private static final String AUDIENCE = "https://kubernetes.default.svc.cluster.local";

    private final InformerFactory informers;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final Impersonation impersonation;
    private final WriteHooks hooks;

    private AccessControl(TokenUsers tokens, Registry registry) {
        this.informers = new InformerFactory(registry.store().storage());
        RoleBook roles = new RoleBook(informers);
        this.authenticator = new Authenticator(List.of(tokens), List.of(AUDIENCE));
        this.authorizer = new RbacAuthorizer(roles);
        this.impersonation = new Impersonation(authorizer);
        Map<String, PostAction> actions = new HashMap<>(new AccessReviews(authorizer, roles).actions());
        actions.putAll(new IdentityReviews(authenticator, Clock.systemUTC()).actions());
        this.hooks = new WriteHooks(new EscalationGuard(authorizer, roles), actions);
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

    Impersonation impersonation() {
        return impersonation;
    }

    WriteHooks hooks() {
        return hooks;
    }

    @Override
    public void close() {
        informers.close();
    }
}
