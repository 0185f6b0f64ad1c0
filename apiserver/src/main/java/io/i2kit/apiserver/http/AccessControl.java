package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.audit.Auditor;
import io.i2kit.apiserver.http.auth.Authenticator;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.CertificateUsers;
import io.i2kit.apiserver.http.auth.Impersonation;
import io.i2kit.apiserver.http.auth.TokenAuthenticator;
import io.i2kit.apiserver.http.auth.oidc.OidcAuthenticator;
import io.i2kit.apiserver.http.auth.rbac.EscalationGuard;
import io.i2kit.apiserver.http.auth.rbac.RbacAuthorizer;
import io.i2kit.apiserver.http.auth.rbac.RoleBook;
import io.i2kit.apiserver.http.auth.token.AccountAuthenticator;
import io.i2kit.apiserver.http.auth.token.AccountTokens;
import io.i2kit.apiserver.http.auth.token.TokenRequests;
import io.i2kit.apiserver.http.certificates.CertificateGuard;
import io.i2kit.apiserver.http.certificates.TrustBundleGuard;
import io.i2kit.apiserver.http.rest.PostAction;
import io.i2kit.apiserver.http.rest.WriteGuards;
import io.i2kit.apiserver.http.rest.WriteHooks;
import io.i2kit.apiserver.http.review.AccessReviews;
import io.i2kit.apiserver.http.review.IdentityReviews;
import io.i2kit.apiserver.http.tls.TlsManagers;
import io.i2kit.apiserver.informer.InformerFactory;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.rbac.PolicyReconciler;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who may do what, for one server: put together from its options and its store, and kept current by watches. */
final class AccessControl implements AutoCloseable {
    private final InformerFactory informers;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final Impersonation impersonation;
    private final WriteHooks hooks;
    private final AccountTokens accountTokens;
    private final Auditor auditor;

    private AccessControl(AccessOptions options, Registry registry) {
        Clock clock = Clock.systemUTC();
        this.informers = new InformerFactory(registry.store().storage());
        RoleBook roles = new RoleBook(informers);
        this.auditor = new Auditor(options.audit(), clock);
        this.accountTokens = new AccountTokens(options.signingKey());
        List<TokenAuthenticator> kinds = new ArrayList<>(
                List.of(options.tokens(), new AccountAuthenticator(accountTokens, registry.objects(), clock)));
        if (options.oidc() != null) {
            kinds.add(new OidcAuthenticator(options.oidc(), clock));
        }
        this.authenticator = new Authenticator(
                options.anonymous(),
                new CertificateUsers(TlsManagers.trust(options.clientAuthorities())),
                kinds,
                List.of(AccountTokens.ISSUER));
        this.authorizer = new RbacAuthorizer(roles);
        this.impersonation = new Impersonation(authorizer);
        Map<String, PostAction> actions = new HashMap<>(new AccessReviews(authorizer, roles).actions());
        actions.putAll(new IdentityReviews(authenticator, clock).actions());
        actions.put("serviceaccounts/token", new TokenRequests(accountTokens, registry.objects(), clock));
        this.hooks = new WriteHooks(
                new WriteGuards(List.of(
                        new EscalationGuard(authorizer, roles),
                        new CertificateGuard(authorizer),
                        new TrustBundleGuard(authorizer))),
                actions);
    }

    /** Decisions are right when it returns: a store without the default policy gets it first, others are checked meanwhile. */
    static AccessControl start(AccessOptions options, Registry registry) {
        PolicyReconciler policy = new PolicyReconciler(registry.objects());
        if (policy.isPresent()) {
            Thread.ofVirtual().name("rbac-policy").start(policy::run);
        } else {
            policy.run();
        }
        AccessControl access = new AccessControl(options, registry);
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

    AccountTokens accountTokens() {
        return accountTokens;
    }

    Auditor auditor() {
        return auditor;
    }

    WriteHooks hooks() {
        return hooks;
    }

    @Override
    public void close() {
        informers.close();
        auditor.close();
    }
}
