package io.i2kit.apiserver.http.auth.oidc;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An issuer and how its tokens become users; the meaning is that of kube-apiserver's {@code --oidc-*} options.
 *
 * @param audience the client id, for which tokens must be meant
 * @param authority PEM file of the issuer's certificate authorities, or null for those of the host
 */
public record OidcOptions(
        URI issuer,
        String audience,
        Mapping username,
        Mapping groups,
        Map<String, String> requiredClaims,
        Set<String> algorithms,
        @Nullable Path authority) {
    public OidcOptions {
        requiredClaims = Map.copyOf(requiredClaims);
        algorithms = Set.copyOf(algorithms);
    }

    /**
     * A claim and what is put before its value.
     *
     * @param claim empty for none
     */
    public record Mapping(String claim, String prefix) {}

    /** Where a user's name comes from: other claims than {@code email} get the issuer before them unless told. */
    public static Mapping username(URI issuer, String claim, String prefix) {
        if (prefix.equals("-")) {
            return new Mapping(claim, "");
        }
        return new Mapping(claim, prefix.isEmpty() && !claim.equals("email") ? issuer + "#" : prefix);
    }
}
