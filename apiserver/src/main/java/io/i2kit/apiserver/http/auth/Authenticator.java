package io.i2kit.apiserver.http.auth;

import io.i2kit.apiserver.http.auth.TokenAuthenticator.Authenticated;
import io.i2kit.apiserver.http.auth.TokenAuthenticator.Refused;
import io.i2kit.apiserver.registry.ApiException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who makes a request: a client certificate, else a bearer token, else nobody. */
public final class Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
    private static final String INVALID = "invalid bearer token";

    private final List<TokenAuthenticator> kinds;
    private final List<String> audiences;

    /**
     * @param kinds of tokens, asked in this order
     * @param audiences for which the tokens of requests are meant
     */
    public Authenticator(List<TokenAuthenticator> kinds, List<String> audiences) {
        this.kinds = List.copyOf(kinds);
        this.audiences = List.copyOf(audiences);
    }

    /**
     * @param certificate the client's, verified by the TLS handshake, or null
     * @param authorization the header, or null
     * @throws ApiException Unauthorized for credentials that are wrong
     */
    public UserInfo authenticate(@Nullable X509Certificate certificate, @Nullable String authorization) {
        UserInfo user = certificate == null ? null : CertificateUsers.user(certificate);
        if (user != null) {
            return user;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return UserInfo.ANONYMOUS;
        }
        try {
            return token(authorization.substring(7).strip(), audiences).user();
        } catch (Refused e) {
            LOG.debug("Unable to authenticate the request: {}", e.getMessage());
            throw new ApiException(401, "Unauthorized", "Unauthorized", null);
        }
    }

    /**
     * Whose token it is.
     *
     * @param asked for which it shall be meant; empty for this server
     * @throws Refused when it is nobody's
     */
    public Authenticated token(String token, List<String> asked) {
        String problem = "";
        for (TokenAuthenticator kind : kinds) {
            try {
                Authenticated found = kind.authenticate(token, asked.isEmpty() ? audiences : asked);
                if (found != null) {
                    return found;
                }
            } catch (Refused e) {
                problem = problem + ", " + e.getMessage();
            }
        }
        throw new Refused(problem.isEmpty() ? INVALID : "[" + INVALID + problem + "]");
    }
}
