package io.i2kit.apiserver.http.certificates;

import io.i2kit.apiserver.http.auth.Attributes;
import io.i2kit.apiserver.http.auth.Authorizer;
import io.i2kit.apiserver.http.auth.UserInfo;
import java.util.List;

/** What users may do for signers: {@code IsAuthorizedForSignerName}. */
final class Signers {
    private Signers() {}

    /** @param verb {@code approve}, {@code sign} or {@code attest} */
    static boolean may(Authorizer authorizer, UserInfo user, String verb, String signer) {
        String all = signer.substring(0, Math.max(0, signer.indexOf('/'))) + "/*";
        for (String name : List.of(signer, all)) {
            Attributes attributes = Attributes.ofResource(user, verb, "certificates.k8s.io", "signers", "", name);
            if (authorizer.decide(attributes).allowed()) {
                return true;
            }
        }
        return false;
    }
}
