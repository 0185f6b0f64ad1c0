package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.ApiServer;
import io.i2kit.apiserver.http.ApiServerOptions;
import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.http.tls.PemIdentity;
import io.i2kit.apiserver.registry.ClientAuthorities;
import io.i2kit.apiserver.registry.KubernetesEndpoints;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.AtRest;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.StorageException;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The part of a server that must be quick: the store and the API over it. Nothing here knows a cloud. */
final class ApiFront implements AutoCloseable {
    private final Storage storage;
    private final Registry registry;
    private final CertificateAuthority authority;
    private final ApiServer server;
    private final ListenAddress address;
    private final IdentityLease lease;

    private ApiFront(
            Storage storage,
            Registry registry,
            CertificateAuthority authority,
            ApiServer server,
            ListenAddress address) {
        this.storage = storage;
        this.registry = registry;
        this.authority = authority;
        this.server = server;
        this.address = address;
        this.lease = new IdentityLease(registry, hostName(), Clock.systemUTC());
    }

    /** Serves when it returns. @throws UserError when the address is taken, or a file or the store cannot be used */
    static ApiFront start(
            DataFolder data, ListenAddress listen, AccessFlags access, boolean refuseUnsupported, NodeProxy nodes) {
        CertificateAuthority authority;
        ApiServerOptions options;
        try {
            authority = CertificateAuthority.open(data.pki(), "i2kit", Clock.systemUTC());
            options = new ApiServerOptions(
                    listen.host(),
                    listen.port(),
                    authority.server("apiserver", serverNames(listen)),
                    access.options(data, authority.certificatePem()));
        } catch (IOException e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
        Storage storage = openStorage(data, access);
        try {
            Registry registry = StandardRegistry.open(storage, Clock.systemUTC(), refuseUnsupported);
            ApiServer server = listen(options, registry, nodes, listen);
            try {
                publish(registry, listen, server.port());
                ClientAuthorities.put(registry, options.access().clientAuthorities());
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
            ApiFront front = new ApiFront(storage, registry, authority, server, listen.at(server.port()));
            front.lease.start();
            return front;
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    /** Where Pods find the API, if they do. */
    private static void publish(Registry registry, ListenAddress listen, int port) {
        ReachableAddress.of(listen.host())
                .ifPresentOrElse(
                        address -> KubernetesEndpoints.put(registry, address, port),
                        () -> KubernetesEndpoints.remove(registry));
    }

    /** How a store of a data folder is opened. */
    static RocksSettings storeSettings(Path store, AtRest atRest) {
        Path natives = DataFolder.cache().resolve("native");
        return RocksSettings.of(store).withNativeDirectory(natives).withAtRest(atRest);
    }

    private static Storage openStorage(DataFolder data, AccessFlags access) {
        try {
            return RocksStorage.open(storeSettings(data.store(), access.encryption(data)));
        } catch (StorageException.Unavailable e) {
            throw new UserError(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private static ApiServer listen(
            ApiServerOptions options, Registry registry, NodeProxy nodes, ListenAddress listen) {
        try {
            return ApiServer.start(options, registry, nodes);
        } catch (Exception e) { // Vert.x throws a listener's checked exceptions undeclared
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException || cause instanceof UnresolvedAddressException) {
                    throw new UserError(
                            "cannot listen on " + listen + ": " + cause.getMessage()
                                    + ". Another server may be there; choose another with --listen HOST:PORT",
                            e);
                }
            }
            throw e;
        }
    }

    /** What the server's certificate names. */
    private static Set<String> serverNames(ListenAddress listen) {
        Set<String> names = new LinkedHashSet<>(List.of(
                "localhost",
                "127.0.0.1",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "10.96.0.1"));
        if (!listen.host().equals("0.0.0.0") && !listen.host().equals("::")) {
            names.add(listen.host());
        }
        names.add(hostName());
        return names;
    }

    /** A host without a resolvable name is known by its address. */
    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "127.0.0.1";
        }
    }

    Storage storage() {
        return storage;
    }

    Registry registry() {
        return registry;
    }

    CertificateAuthority authority() {
        return authority;
    }

    ApiServer server() {
        return server;
    }

    ListenAddress address() {
        return address;
    }

    /** A kubeconfig for an administrator. */
    Kubeconfig kubeconfig() {
        try {
            PemIdentity admin = authority.user("admin", "i2kit-admin", List.of("system:masters"));
            return new Kubeconfig("i2kit", address.url(), authority.certificatePem(), admin.certificate(), admin.key());
        } catch (IOException e) {
            throw new UserError("the administrator's certificate cannot be made: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        lease.close();
        server.close();
        storage.close();
    }
}
