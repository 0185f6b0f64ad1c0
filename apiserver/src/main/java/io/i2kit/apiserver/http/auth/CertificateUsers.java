package io.i2kit.apiserver.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.i2kit.apiserver.http.auth.TokenAuthenticator.Refused;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Users of client certificates ({@code k8s.io/apiserver/pkg/authentication/request/x509}): the common name is the user, organizations
 * are groups. The TLS handshake has checked that the client has the key; whether an authority of this server signed for it is
 * checked here, so that a client with another's certificate gets an answer and not a broken handshake.
 */
public final class CertificateUsers {
    /** {@code k8s.io/apimachinery/pkg/apis/asn1}. */
    private static final String UID = "KUBERNETESUID";

    private static final Map<String, String> KEYWORDS = Map.of("1.3.6.1.4.1.57683.2", UID);

    private static final String CREDENTIAL = "authentication.kubernetes.io/credential-id";

    private static final int KEPT = 1_000;

    /** Bounds how long an intermediate authority outlives its certificate. */
    private static final Duration KEPT_FOR = Duration.ofMinutes(1);

    private final X509TrustManager authorities;

    /** A request must not cost a signature's check: clients keep their connections, and their certificates. */
    private final Cache<List<X509Certificate>, UserInfo> verified =
            Caffeine.newBuilder().maximumSize(KEPT).expireAfterWrite(KEPT_FOR).build();

    /** @param authorities know whose certificates are good */
    public CertificateUsers(X509TrustManager authorities) {
        this.authorities = authorities;
    }

    /**
     * Who showed it.
     *
     * @param chain the client's certificate first
     * @return null when it names nobody
     * @throws Refused when it is not signed by an authority, for clients and for now
     */
    @Nullable
    UserInfo user(List<X509Certificate> chain) {
        UserInfo known = verified.getIfPresent(chain);
        X509Certificate leaf = chain.getFirst();
        try {
            if (known != null) {
                leaf.checkValidity();
                return known;
            }
            authorities.checkClientTrusted(
                    chain.toArray(X509Certificate[]::new), leaf.getPublicKey().getAlgorithm());
        } catch (CertificateException e) {
            throw new Refused("verifying certificate SN=" + leaf.getSerialNumber() + " failed: " + e.getMessage());
        }
        UserInfo user = named(leaf);
        if (user != null) {
            verified.put(chain, user);
        }
        return user;
    }

    private static @Nullable UserInfo named(X509Certificate leaf) {
        String name = "";
        List<String> uids = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        try {
            String subject = leaf.getSubjectX500Principal().getName(X500Principal.RFC2253, KEYWORDS);
            for (Rdn part : new LdapName(subject).getRdns()) {
                name = values(part, "CN").stream().reduce(name, (first, last) -> last);
                groups.addAll(values(part, "O"));
                uids.addAll(values(part, UID));
            }
        } catch (InvalidNameException e) {
            return null;
        }
        if (name.isEmpty()) {
            return null;
        }
        if (uids.size() > 1 || uids.contains("")) {
            throw new Refused("expected 1 UID, but found " + uids);
        }
        groups.add(UserInfo.AUTHENTICATED);
        return new UserInfo(
                name,
                uids.isEmpty() ? "" : uids.getFirst(),
                groups,
                Map.of(CREDENTIAL, List.of("X509SHA256=" + digest(leaf))));
    }

    private static String digest(X509Certificate leaf) {
        try {
            return TokenUsers.digest(leaf.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    /** A part of a name may have several values, as Go's library writes several organizations. */
    private static List<String> values(Rdn part, String type) {
        Attribute attribute = part.toAttributes().get(type);
        List<String> values = new ArrayList<>();
        try {
            for (int i = 0; attribute != null && i < attribute.size(); i++) {
                if (attribute.get(i) instanceof String text) {
                    values.add(text);
                }
            }
        } catch (NamingException e) {
            throw new IllegalStateException("values in memory", e);
        }
        return values;
    }
}
