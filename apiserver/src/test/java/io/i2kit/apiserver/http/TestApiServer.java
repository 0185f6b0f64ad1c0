package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.audit.AuditOptions;
import io.i2kit.apiserver.http.auth.TokenUsers;
import io.i2kit.apiserver.http.auth.oidc.OidcOptions;
import io.i2kit.apiserver.http.auth.token.AccountTokens;
import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.http.tls.PemIdentity;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole API server over RocksDB in a folder, with an admin's client certificate and two tokens. */
final class TestApiServer implements AutoCloseable {
    static final String ADMIN_TOKEN = "admin-token";
    static final String NOBODY_TOKEN = "nobody-token";
    static final String DEVELOPER_TOKEN = "developer-token";

    final Registry registry;
    final PemIdentity admin;
    final String authority;
    final LocalNode node = new LocalNode();
    private final RocksStorage storage;
    private final ApiServer server;

    TestApiServer(Path folder, int port) throws IOException {
        this(folder, port, null, null);
    }

    TestApiServer(Path folder, int port, @Nullable AuditOptions audit, @Nullable OidcOptions oidc) throws IOException {
        this(folder, port, audit, oidc, RocksSettings.History.DEFAULT);
    }

    TestApiServer(
            Path folder,
            int port,
            @Nullable AuditOptions audit,
            @Nullable OidcOptions oidc,
            RocksSettings.History history)
            throws IOException {
        storage = RocksStorage.open(RocksSettings.of(folder.resolve("db")).withHistory(history));
        registry = StandardRegistry.open(storage, Clock.systemUTC());
        CertificateAuthority ca = CertificateAuthority.open(folder.resolve("pki"), "i2kit-test", Clock.systemUTC());
        authority = ca.certificatePem();
        admin = ca.client("admin", "kubernetes-admin", List.of("system:masters"));
        Path tokens = Files.writeString(
                folder.resolve("tokens.csv"),
                ADMIN_TOKEN + ",root,1,\"system:masters\"\n" + NOBODY_TOKEN + ",nobody,2,\"some,group\"\n"
                        + DEVELOPER_TOKEN + ",dev,3,\"developers\"\n");
        ApiServerOptions options = new ApiServerOptions(
                "127.0.0.1",
                port,
                ca.server("server", List.of("localhost", "127.0.0.1")),
                new AccessOptions(
                        true,
                        authority,
                        TokenUsers.read(tokens),
                        folder.resolve("pki/service-account.key"),
                        audit,
                        oidc));
        server = ApiServer.start(options, registry, node);
    }

    AccountTokens accountTokens() {
        return server.accountTokens();
    }

    int port() {
        return server.port();
    }

    /** A kubeconfig of the admin. */
    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: t, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
                users: [{name: t, user: {client-certificate-data: %s, client-key-data: %s}}]
                contexts: [{name: t, context: {cluster: t, user: t}}]
                current-context: t
                """.formatted(port(), base64(authority), base64(admin.certificate()), base64(admin.key()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close();
        storage.close();
    }

    /** Runs until it is ended: {@code <folder> <port>}; writes {@code kubeconfig} into the folder. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        TestApiServer server = new TestApiServer(folder, Integer.parseInt(args[1]));
        Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        Thread.currentThread().join();
    }
}
