package io.i2kit.apiserver.http.auth;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Users of client certificates: the common name is the user, organizations are groups. That the server's authority signed the
 * certificate, for clients and for today, is what the TLS handshake has checked.
 */
final class CertificateUsers {
    private CertificateUsers() {}

    /** The user, or null when the certificate names none. */
    static @Nullable UserInfo user(X509Certificate leaf) {
        String name = "";
        List<String> groups = new ArrayList<>();
        try {
            for (Rdn part : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    name = part.getValue().toString();
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(part.getValue().toString());
                }
            }
        } catch (InvalidNameException e) {
            return null;
        }
        groups.add(UserInfo.AUTHENTICATED);
        return name.isEmpty() ? null : new UserInfo(name, "", groups);
    }
}
