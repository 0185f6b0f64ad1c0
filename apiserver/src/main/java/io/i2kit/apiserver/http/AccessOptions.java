package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.audit.AuditOptions;
import io.i2kit.apiserver.http.auth.TokenUsers;
import io.i2kit.apiserver.http.auth.oidc.OidcOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a server knows its users.
 *
 * @param anonymous whether requests without credentials are taken at all
 * @param clientAuthorities PEM of the authorities that sign clients' certificates
 * @param tokens of a static file
 * @param signingKey where the key of ServiceAccount tokens is, or will be made when the first token is asked for
 * @param audit null for no audit log
 * @param oidc null for no OpenID Connect issuer
 */
public record AccessOptions(
        boolean anonymous,
        String clientAuthorities,
        TokenUsers tokens,
        Path signingKey,
        @Nullable AuditOptions audit,
        @Nullable OidcOptions oidc) {}
