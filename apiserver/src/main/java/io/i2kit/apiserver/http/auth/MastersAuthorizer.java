package io.i2kit.apiserver.http.auth;

import java.util.Set;

/**
 * {@code system:masters} may do all; anyone may read health, version and discovery; everything else is forbidden.
 */
public final class MastersAuthorizer implements Authorizer {
    private static final Set<String> PUBLIC = Set.of("/healthz", "/livez", "/readyz", "/version", "/api", "/apis");
    private static final Set<String> PUBLIC_TREES = Set.of("/healthz/", "/livez/", "/readyz/", "/apis/", "/api/");

    @Override
    public boolean allows(Attributes attributes) {
        if (attributes.user().groups().contains(UserInfo.MASTERS)) {
            return true;
        }
        if (attributes.isResource() || !attributes.verb().equals("get")) {
            return false;
        }
        String path = attributes.path();
        return PUBLIC.contains(path) || PUBLIC_TREES.stream().anyMatch(path::startsWith);
    }
}
