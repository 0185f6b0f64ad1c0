package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.AccessOptions;
import io.i2kit.apiserver.http.audit.AuditOptions;
import io.i2kit.apiserver.http.audit.AuditPolicy;
import io.i2kit.apiserver.http.auth.TokenUsers;
import io.i2kit.apiserver.http.tls.Pems;
import io.i2kit.apiserver.storage.AtRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How {@code up} learns who its users are, and writes what they do; the names are kube-apiserver's. */
final class AccessFlags {
    private static final long MEBIBYTE = 1024L * 1024;

    @Option(
            names = "--token-auth-file",
            paramLabel = "FILE",
            description = "Bearer tokens: lines of token,user,uid,\"group1,group2\".")
    private @Nullable Path tokenFile;

    @Option(
            names = "--anonymous-auth",
            paramLabel = "BOOL",
            arity = "1",
            description = "Whether requests without credentials may ask for health and version (default: true).")
    private boolean anonymous = true;

    @Option(
            names = "--client-ca-file",
            paramLabel = "FILE",
            description = {
                "More certificate authorities, PEM, whose clients are known: the common name is the user,",
                "organizations are groups."
            })
    private @Nullable Path clientAuthorities;

    @Option(
            names = "--audit-log-path",
            paramLabel = "FILE",
            description = "Write an audit log of JSON lines; needs --audit-policy-file.")
    private @Nullable Path auditLog;

    @Option(
            names = "--audit-policy-file",
            paramLabel = "FILE",
            description = "What the audit log holds: a Policy of audit.k8s.io/v1.")
    private @Nullable Path auditPolicy;

    @Option(
            names = "--audit-log-maxsize",
            paramLabel = "MIB",
            defaultValue = "100",
            description = "Size at which the audit log is put aside (default: ${DEFAULT-VALUE}).")
    private long auditMaxMebibytes = 100;

    @Option(
            names = "--audit-log-maxbackup",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many such files are kept (default: all).")
    private int auditMaxBackups;

    @Option(
            names = "--encryption-provider-config",
            paramLabel = "FILE",
            description = {
                "How stored objects are encrypted: an EncryptionConfiguration with aesgcm and identity providers",
                "(default: encryption.json in the data folder, made at the first start: Secrets with AES-GCM)."
            })
    private @Nullable Path encryptionConfig;

    @Mixin
    private OidcFlags oidc = new OidcFlags();

    /**
     * @param authority the server's own, PEM
     * @throws IOException when a file cannot be read
     */
    AccessOptions options(DataFolder data, String authority) throws IOException {
        TokenUsers tokens = tokenFile == null ? TokenUsers.NONE : TokenUsers.read(tokenFile);
        return new AccessOptions(
                anonymous,
                authority + clientAuthorities(),
                tokens,
                data.pki().resolve("service-account.key"),
                audit(),
                oidc.options());
    }

    /** Whose client certificates are known besides those of the server's own authority: PEM, or empty. */
    private String clientAuthorities() throws IOException {
        if (clientAuthorities == null) {
            return "";
        }
        String authorities = Files.readString(clientAuthorities, StandardCharsets.ISO_8859_1);
        try {
            Pems.certificates(authorities);
        } catch (IllegalArgumentException e) {
            throw new UserError("--client-ca-file " + clientAuthorities + ": " + e.getMessage(), e);
        }
        return authorities;
    }

    /** @throws UserError when the configuration cannot be read or made */
    AtRest encryption(DataFolder data) {
        return EncryptionFile.read(encryptionConfig, data);
    }

    private @Nullable AuditOptions audit() throws IOException {
        if (auditLog == null && auditPolicy == null) {
            return null;
        }
        if (auditLog == null || auditPolicy == null) {
            throw new UserError("an audit log needs both --audit-log-path and --audit-policy-file");
        }
        if (auditMaxMebibytes < 1 || auditMaxBackups < 0) {
            throw new UserError("--audit-log-maxsize is at least 1, --audit-log-maxbackup not negative");
        }
        return new AuditOptions(AuditPolicy.read(auditPolicy), auditLog, auditMaxMebibytes * MEBIBYTE, auditMaxBackups);
    }
}
