package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.auth.oidc.OidcOptions;
import io.i2kit.apiserver.http.auth.oidc.OidcOptions.Mapping;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The OpenID Connect issuer whose users {@code up} knows; the names are kube-apiserver's. */
final class OidcFlags {
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512");

    @Option(names = "--oidc-issuer-url", paramLabel = "URL", description = "OpenID Connect issuer, https only.")
    private @Nullable URI issuer;

    @Option(names = "--oidc-client-id", paramLabel = "ID", description = "For which its tokens must be meant.")
    private String clientId = "";

    @Option(
            names = "--oidc-username-claim",
            paramLabel = "CLAIM",
            description = "Claim of the user's name (default: ${DEFAULT-VALUE}).")
    private String usernameClaim = "sub";

    @Option(
            names = "--oidc-username-prefix",
            paramLabel = "TEXT",
            description = "Before names; - for nothing (default: the issuer and #, for email nothing).")
    private String usernamePrefix = "";

    @Option(names = "--oidc-groups-claim", paramLabel = "CLAIM", description = "Claim of the user's groups.")
    private String groupsClaim = "";

    @Option(names = "--oidc-groups-prefix", paramLabel = "TEXT", description = "Before groups.")
    private String groupsPrefix = "";

    @Option(
            names = "--oidc-required-claim",
            paramLabel = "CLAIM=VALUE",
            description = "A claim that must be there; may be repeated.")
    private Map<String, String> requiredClaims = new LinkedHashMap<>();

    @Option(
            names = "--oidc-signing-algs",
            paramLabel = "ALG",
            split = ",",
            description = "Algorithms of signatures (default: RS256).")
    private Set<String> algorithms = new TreeSet<>();

    @Option(
            names = "--oidc-ca-file",
            paramLabel = "FILE",
            description = "Certificate authorities of the issuer, PEM (default: the host's).")
    private @Nullable Path authority;

    /** The issuer, or null. @throws UserError for options that do not go together */
    @Nullable
    OidcOptions options() {
        if (issuer == null && clientId.isEmpty()) {
            return null;
        }
        if (issuer == null || clientId.isEmpty()) {
            throw new UserError("oidc-issuer-url and oidc-client-id must be specified together");
        }
        if (!"https".equals(issuer.getScheme())) {
            throw new UserError("the URL of the OpenID issuer must begin with https://, got " + issuer);
        }
        if (authority != null && !Files.isReadable(authority)) {
            throw new UserError("the file " + authority + " of --oidc-ca-file cannot be read");
        }
        if (!ALGORITHMS.containsAll(algorithms)) {
            throw new UserError("--oidc-signing-algs are among " + String.join(", ", new TreeSet<>(ALGORITHMS)));
        }
        return new OidcOptions(
                issuer,
                clientId,
                OidcOptions.username(issuer, usernameClaim, usernamePrefix),
                new Mapping(groupsClaim, groupsPrefix),
                requiredClaims,
                algorithms.isEmpty() ? Set.of("RS256") : algorithms,
                authority);
    }
}
