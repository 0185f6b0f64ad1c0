package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.auth.AccessOptions;
import io.i2kit.apiserver.http.auth.TokenUsers;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code up} learns who its users are; the names are kube-apiserver's. */
final class AccessFlags {
    @Option(
            names = "--token-auth-file",
            paramLabel = "FILE",
            description = "Bearer tokens: lines of token,user,uid,\"group1,group2\".")
    private @Nullable Path tokenFile;

    /** @throws IOException when a file cannot be read */
    AccessOptions options(DataFolder data) throws IOException {
        TokenUsers tokens = tokenFile == null ? TokenUsers.NONE : TokenUsers.read(tokenFile);
        return new AccessOptions(tokens, data.pki().resolve("service-account.key"));
    }
}
