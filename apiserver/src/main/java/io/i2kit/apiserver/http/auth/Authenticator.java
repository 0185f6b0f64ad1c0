package io.i2kit.apiserver.http.auth;

import io.i2kit.apiserver.registry.ApiException;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** Finds out who makes a request: a client certificate, else a bearer token, else nobody. */
public final class Authenticator {
    private final TokenUsers tokens;

    public Authenticator(TokenUsers tokens) {
        this.tokens = tokens;
    }

    /**
     * @param certificate the client's, verified by the TLS handshake, or null
     * @param authorization the header, or null
     * @throws ApiException Unauthorized for credentials that are wrong
     */
    public UserInfo authenticate(@Nullable X509Certificate certificate, @Nullable String authorization) {
        UserInfo user = certificate == null ? null : CertificateUsers.user(certificate);
        if (user == null && authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            user = tokens.user(authorization.substring(7).strip());
            if (user == null) {
                throw new ApiException(401, "Unauthorized", "Unauthorized", null);
            }
        }
        return user == null ? UserInfo.ANONYMOUS : user;
    }
}
