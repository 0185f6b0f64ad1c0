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
    private static final String BEARER = "Bearer ";
    private static final String INVALID = "invalid bearer token";

    private final boolean anonymous;
    private final CertificateUsers certificates;
    private final List<TokenAuthenticator> kinds;
    private final List<String> audiences;

    /**
     * @param anonymous whether requests without credentials are taken
     * @param certificates know clients by theirs
     * @param kinds of tokens, asked in this order
     * @param audiences for which the tokens of requests are meant
     */
    public Authenticator(
            boolean anonymous, CertificateUsers certificates, List<TokenAuthenticator> kinds, List<String> audiences) {
        this.anonymous = anonymous;
        this.certificates = certificates;
        this.kinds = List.copyOf(kinds);
        this.audiences = List.copyOf(audiences);
    }

    /**
     * @param chain the client's certificate and those of its signers, as the TLS handshake got them; empty for none
     * @param authorization the header, or null
     * @throws ApiException Unauthorized for credentials that are wrong, or missing where they must be
     */
    public UserInfo authenticate(List<X509Certificate> chain, @Nullable String authorization) {
        Refused refused = null;
        try {
            UserInfo user = chain.isEmpty() ? null : certificates.user(chain);
            if (user != null) {
                return user;
            }
        } catch (Refused e) {
            // A token may be good all the same.
            refused = e;
        }
        try {
            if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                return token(authorization.substring(BEARER.length()).strip(), audiences)
                        .user();
            }
        } catch (Refused e) {
            refused = e;
        }
        if (refused == null && anonymous) {
            return UserInfo.ANONYMOUS;
        }
        if (refused != null) {
            LOG.debug("Unable to authenticate the request: {}", refused.getMessage());
        }
        throw new ApiException(401, "Unauthorized", "Unauthorized", null);
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
