package io.i2kit.apiserver.http.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows one kind of bearer tokens. */
@FunctionalInterface
public interface TokenAuthenticator {
    /**
     * @param audiences for any of which the token must be meant
     * @return null when the token is none of this kind
     * @throws Refused when it is, and is not good
     */
    @Nullable
    Authenticated authenticate(String token, List<String> audiences);

    /**
     * Whose token it is.
     *
     * @param audiences those of the asked ones for which it is meant
     */
    record Authenticated(UserInfo user, List<String> audiences) {
        public Authenticated {
            audiences = List.copyOf(audiences);
        }
    }

    /** A token that is not good; the message may be shown to its bearer. */
    final class Refused extends RuntimeException {
        public Refused(String message) {
            super(message, null, false, false);
        }
    }
}
