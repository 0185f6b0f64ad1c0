package io.i2kit.apiserver.http;

import io.i2kit.apiserver.http.auth.token.AccountTokens;
import io.i2kit.apiserver.http.auth.token.OpenIdMetadata;
import io.i2kit.apiserver.http.discovery.Discovery;
import io.i2kit.apiserver.http.discovery.DiscoveryHandler;
import io.i2kit.apiserver.http.discovery.OpenApiHandler;
import io.i2kit.apiserver.http.metrics.Metrics;
import io.i2kit.apiserver.http.rest.Answer;
import io.i2kit.apiserver.http.rest.ApiRequest;
import io.i2kit.apiserver.http.rest.ComponentStatuses;
import io.i2kit.apiserver.http.rest.PodSubresources;
import io.i2kit.apiserver.http.rest.ResourceHandler;
import io.i2kit.apiserver.http.rest.WriteBodies;
import io.i2kit.apiserver.http.tls.TlsManagers;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.PatchApplier;
import io.i2kit.apiserver.patch.StrictDecoder;
import io.i2kit.apiserver.registry.NodeProxy;
import io.i2kit.apiserver.registry.Registry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kubernetes API over TLS (HTTP/1.1 and HTTP/2) for one {@link Registry}. */
public final class ApiServer implements AutoCloseable {
    /**
     * Streams that a client may end on one connection in a minute before it is cut off. Ending is how clients stop a watch: one
     * with many of them needs more than the library's 400, and what a flood would cost is bounded by {@code limits}.
     */
    private static final int MAX_ENDED_STREAMS = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int EVENT_LOOPS = 2;
    private static final Duration FAREWELL_PATIENCE = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final HttpServer server;
    private final OpenConnections connections;
    private final ExecutorService workers;
    private final ScheduledExecutorService timers;
    private final Operations operations;
    private final AccessControl access;

    private ApiServer(
            Vertx vertx,
            HttpServer server,
            OpenConnections connections,
            ExecutorService workers,
            ScheduledExecutorService timers,
            Operations operations,
            AccessControl access) {
        this.vertx = vertx;
        this.server = server;
        this.connections = connections;
        this.workers = workers;
        this.timers = timers;
        this.operations = operations;
        this.access = access;
    }

    /** Listens. @throws RuntimeException when the address is taken or the certificates are not usable */
    public static ApiServer start(ApiServerOptions options, Registry registry, NodeProxy nodes) {
        Operations operations = Operations.of(registry);
        ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("watch-timers").factory());
        ExecutorService workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("request-", 0).factory());
        AccessControl access = AccessControl.start(options.access(), registry);
        Dispatcher.Handlers handlers = handlers(options, registry, nodes, timers, operations, access);
        Dispatcher dispatcher = new Dispatcher(access, handlers, operations.metrics());
        VertxFront front =
                new VertxFront(access.authenticator(), dispatcher, operations.requests(), operations.shares(), workers);
        Vertx vertx = vertx();
        HttpServer server = vertx.createHttpServer(serverOptions(options)).requestHandler(front::accept);
        OpenConnections connections = new OpenConnections();
        server.connectionHandler(connections::opened);
        server.exceptionHandler(e -> LOG.debug("a connection failed", e));
        try {
            server.listen(options.port(), options.host()).await();
        } catch (Exception e) { // Vert.x throws a listener's checked exceptions undeclared
            vertx.close();
            timers.shutdownNow();
            workers.shutdownNow();
            access.close();
            throw e;
        }
        timers.scheduleAtFixedRate(operations.requests()::expire, 1, 1, TimeUnit.SECONDS);
        return new ApiServer(vertx, server, connections, workers, timers, operations, access);
    }

    private static Dispatcher.Handlers handlers(
            ApiServerOptions options,
            Registry registry,
            NodeProxy nodes,
            ScheduledExecutorService timers,
            Operations operations,
            AccessControl access) {
        Schema schema = Schema.builtIn();
        WriteBodies bodies = new WriteBodies(new StrictDecoder(schema), new PatchApplier(schema, Clock.systemUTC()));
        PodSubresources pods = new PodSubresources(registry.store(), registry.table(), bodies, nodes);
        ResourceHandler resources = new ResourceHandler(
                registry.table(), registry.store(), bodies, pods, access.hooks(), Clock.systemUTC(), timers);
        OpenApiHandler openApi = new OpenApiHandler(registry.table(), VersionInfo.GIT_VERSION, Clock.systemUTC());
        String address = options.host() + ":" + options.port();
        Discovery discovery = new Discovery(registry.table(), address);
        OpenIdMetadata openId = new OpenIdMetadata(access.accountTokens(), address);
        return new Dispatcher.Handlers(
                resources,
                operations.components(),
                new DiscoveryHandler(discovery),
                operations.health(),
                request -> others(request, openApi, openId));
    }

    private static @Nullable Answer others(ApiRequest request, OpenApiHandler openApi, OpenIdMetadata openId) {
        if (request.path().equals("/version") || request.path().equals("/version/")) {
            return VersionInfo.answer();
        }
        Answer answer = openId.handle(request);
        return answer == null ? openApi.handle(request) : answer;
    }

    private static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    private static HttpServerOptions serverOptions(ApiServerOptions options) {
        return new HttpServerOptions()
                .setSsl(true)
                .setSslEngineOptions(new JdkTls())
                .setUseAlpn(true)
                .setKeyCertOptions(KeyCertOptions.wrap(TlsManagers.keys(options.identity())))
                .setTrustOptions(
                        TrustOptions.wrap(TlsManagers.asking(options.access().clientAuthorities())))
                .setClientAuth(ClientAuth.REQUEST)
                // Vert.x' own WebSockets are not used; their handlers would look at every piece of every answer.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHttp2RstFloodMaxRstFramePerWindow(MAX_ENDED_STREAMS)
                .setMaxHeaderSize(64 * 1024)
                .setMaxInitialLineLength(16 * 1024);
    }

    /** The port it listens at. */
    public int port() {
        return server.actualPort();
    }

    /** Makes the tokens of ServiceAccounts. */
    public AccountTokens accountTokens() {
        return access.accountTokens();
    }

    /** Where others add checks of their own. */
    public HealthChecks health() {
        return operations.health();
    }

    /** Where others say that what plays a component's part runs. */
    public ComponentStatuses components() {
        return operations.components();
    }

    /** Where others add metrics of their own. */
    public Metrics metrics() {
        return operations.metrics();
    }

    /** From here on {@code /readyz} fails; requests are served still. */
    public void announceEnd() {
        operations.requests().announceEnd();
    }

    /** Refuses new requests, ends watches, lets other requests end, and stops listening. */
    @Override
    public void close() {
        boolean cutsStreams = operations.requests().hasStreams();
        if (!operations.requests().drain(DRAIN_PATIENCE)) {
            LOG.warn("Some requests did not end within {} and are cut off", DRAIN_PATIENCE);
        }
        if (cutsStreams) {
            connections.sayFarewell(FAREWELL_PATIENCE);
        }
        server.shutdown(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS).await();
        vertx.close().await();
        timers.shutdownNow();
        workers.shutdownNow();
        access.close();
    }
}
