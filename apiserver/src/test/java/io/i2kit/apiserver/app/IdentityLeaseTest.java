package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.Registry;
import io.i2kit.apiserver.registry.StandardRegistry;
import io.i2kit.apiserver.storage.Storage;
import io.i2kit.apiserver.storage.rocksdb.RocksSettings;
import io.i2kit.apiserver.storage.rocksdb.RocksStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class IdentityLeaseTest {
    @TempDir
    private Path folder;

    private Storage storage;
    private Registry registry;

    @BeforeEach
    void open() {
        storage = RocksStorage.open(RocksSettings.of(folder).withNativeDirectory(Path.of("target", "native")));
        registry = StandardRegistry.open(storage, Clock.systemUTC(), false);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private ObjectNode only() {
        List<ObjectNode> leases = registry.objects().list("coordination.k8s.io/leases", "kube-system");
        assertThat(leases).hasSize(1);
        return leases.getFirst();
    }

    @Test
    void aServerIsKnownByItsLeaseAsUpstreams() {
        new IdentityLease(registry, "alpha", at("2026-01-02T03:04:05.6Z")).renew();
        ObjectNode lease = only();
        assertThat(lease.at("/metadata/name").asString()).matches("apiserver-[a-z0-9]{26}");
        assertThat(lease.at("/metadata/labels/apiserver.kubernetes.io~1identity")
                        .asString())
                .isEqualTo("kube-apiserver");
        assertThat(lease.at("/metadata/labels/kubernetes.io~1hostname").asString())
                .isEqualTo("alpha");
        assertThat(lease.at("/spec/leaseDurationSeconds").asInt()).isEqualTo(3600);
        assertThat(lease.at("/spec/renewTime").asString()).isEqualTo("2026-01-02T03:04:05.600000Z");
    }

    @Test
    void eachRenewalMovesTheRevisionOn() {
        IdentityLease lease = new IdentityLease(registry, "alpha", at("2026-01-02T03:04:05Z"));
        lease.renew();
        long before = storage.revision();
        new IdentityLease(registry, "alpha", at("2026-01-02T03:05:05Z")).renew();
        assertThat(storage.revision()).isGreaterThan(before);
        assertThat(only().at("/spec/renewTime").asString()).isEqualTo("2026-01-02T03:05:05.000000Z");
    }

    @Test
    void aStartedOneIsThereAtOnce() throws InterruptedException {
        try (IdentityLease lease = new IdentityLease(registry, "alpha", Clock.systemUTC())) {
            lease.start();
            Instant end = Instant.now().plus(Duration.ofSeconds(20));
            while (registry.objects()
                            .list("coordination.k8s.io/leases", "kube-system")
                            .isEmpty()
                    && Instant.now().isBefore(end)) {
                Thread.sleep(20);
            }
            assertThat(only().at("/spec/holderIdentity").asString()).startsWith("apiserver-");
        }
    }

    private static Clock at(String time) {
        return Clock.fixed(Instant.parse(time), java.time.ZoneOffset.UTC);
    }
}
