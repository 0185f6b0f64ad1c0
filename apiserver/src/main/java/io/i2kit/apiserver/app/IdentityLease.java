package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.content.MicroTimes;
import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.Registry;
import io.i2kit.cloud.image.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Lease of kube-system by which a running API server is known, renewed as long as it runs
 * ({@code k8s.io/kubernetes/pkg/controlplane/apiserver/server.go}). Because of it the revision moves on in a cluster where nothing
 * else happens, and tokens of old lists expire there too.
 */
final class IdentityLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityLease.class);
    private static final String LEASES = "coordination.k8s.io/leases";
    private static final String NAMESPACE = "kube-system";

    /** Upstream's is 10 s, with several servers; here each renewal is a write to a disk that may be a laptop's. */
    private static final Duration RENEWAL = Duration.ofMinutes(1);

    /** Upstream's. */
    private static final Duration VALIDITY = Duration.ofHours(1);

    private static final int HASH_DIGITS = 26;

    private final Registry registry;
    private final String host;
    private final Clock clock;
    private final String name;
    private final String holder;
    private final Thread renewing;

    /** @param host name of this machine */
    IdentityLease(Registry registry, String host, Clock clock) {
        this.registry = registry;
        this.host = host;
        this.clock = clock;
        this.name = "apiserver-"
                + Digest.of(host.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH_DIGITS);
        this.holder = name + "_" + UUID.randomUUID();
        this.renewing = Thread.ofVirtual().name("identity-lease").unstarted(this::renewUntilClosed);
    }

    void start() {
        renewing.start();
    }

    private void renewUntilClosed() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    renew();
                } catch (RuntimeException e) {
                    LOG.debug("The server's lease was not renewed; it is tried again", e);
                }
                Thread.sleep(RENEWAL);
            }
        } catch (InterruptedException e) {
            // The server ends. Its lease stays until it is over, as upstream's.
            Thread.currentThread().interrupt();
        }
    }

    void renew() {
        ObjectNode lease = Json.object();
        lease.putObject("metadata")
                .put("name", name)
                .putObject("labels")
                .put("apiserver.kubernetes.io/identity", "kube-apiserver")
                .put("kubernetes.io/hostname", host);
        lease.putObject("spec")
                .put("holderIdentity", holder)
                .put("leaseDurationSeconds", VALIDITY.toSeconds())
                .put("renewTime", MicroTimes.text(clock.instant()));
        registry.objects().put(LEASES, registry.table().stored(LEASES).key(NAMESPACE, name), lease);
    }

    @Override
    public void close() {
        renewing.interrupt();
    }
}
