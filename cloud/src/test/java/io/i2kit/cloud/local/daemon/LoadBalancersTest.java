package io.i2kit.cloud.local.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.local.daemon.fabric.Backend;
import io.i2kit.cloud.local.daemon.fabric.FabricPort;
import io.i2kit.cloud.local.daemon.fabric.FabricRecord;
import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancer.Listener;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import io.i2kit.cloud.model.LoadBalancer.Target;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.model.LoadBalancerStatus.ExternalPort;
import io.i2kit.cloud.provider.CloudException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services of the embedded cloud: on the host, in the fabric, and by name. */
class LoadBalancersTest {
    private static final String ADDRESS = "10.96.0.20";
    private static final int PORT = 8080;
    private static final Duration TTL = Duration.ofSeconds(5);

    @TempDir
    Path data;

    private EmbeddedCloud embedded;

    @BeforeEach
    void start() throws Exception {
        embedded = new EmbeddedCloud(data, 1024);
        embedded.putGroup("web", 2);
        embedded.awaitHealthy("web", 2);
    }

    @AfterEach
    void stop() {
        embedded.close();
    }

    private void put(boolean external, int nodePort, Protocol protocol, int clientAffinity) {
        Listener listener = new Listener("http", protocol, PORT, nodePort, List.of(new Target("web", 80)));
        embedded.cloud
                .loadBalancers()
                .putLoadBalancer(new LoadBalancer(
                        "front",
                        ADDRESS,
                        external,
                        false,
                        clientAffinity,
                        List.of(listener),
                        LoadBalancer.Settings.of(Map.of())));
    }

    private LoadBalancerStatus front() {
        return embedded.cloud
                .loadBalancers()
                .describeLoadBalancers(List.of("front"))
                .getFirst();
    }

    /** The id of the machine that answers, or an empty text when none does. */
    private static String get(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port), 5000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.substring(answer.lastIndexOf('\n') + 1);
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitAnswers(String host, int port, int machines) {
        Set<String> seen = new HashSet<>();
        embedded.await(machines + " machines answer", () -> {
            String id = get(host, port);
            if (!id.isEmpty()) {
                seen.add(id);
            }
            return seen.size() == machines;
        });
    }

    @Test
    void aLoadBalancerHasItsOwnHostAddressAndUsesAllHealthyMachines() {
        put(true, 0, Protocol.TCP, 0);
        LoadBalancerStatus status = front();
        assertThat(status.address()).isEqualTo(ADDRESS);
        assertThat(status.hostname()).startsWith("127.");
        assertThat(status.ports()).containsExactly(new ExternalPort(PORT, PORT, ""));
        assertThat(status.problem()).isEmpty();
        awaitAnswers(status.hostname(), PORT, 2);
        Instance unready = embedded.healthy("web").getFirst();
        embedded.hypervisor.machine(unready.id()).ready = false;
        embedded.awaitHealthy("web", 1);
        String other = embedded.healthy("web").getFirst().id();
        for (int i = 0; i < 10; i++) {
            assertThat(get(status.hostname(), PORT)).isEqualTo(other);
        }
    }

    @Test
    void aStoppingMachineGetsNoNewConnectionAndNoRequestFails() {
        put(true, 0, Protocol.TCP, 0);
        String host = front().hostname();
        awaitAnswers(host, PORT, 2);
        Instance victim = embedded.healthy("web").getFirst();
        embedded.cloud.groups().terminate(List.of(victim.id()), false, Duration.ofSeconds(5));
        // The network is told right after the answer, before the machine hears of its end.
        embedded.await(
                "it left the Service",
                () -> backends().stream()
                        .noneMatch(backend -> backend.address().getHostAddress().equals(victim.address())));
        embedded.await("it ended", () -> {
            assertThat(get(host, PORT)).isNotEmpty().isNotEqualTo(victim.id());
            return !embedded.in("web", Instance.State.TERMINATED).isEmpty();
        });
    }

    @Test
    void aNodePortListensOnTheLoopbackAddress() throws IOException {
        int nodePort = freePort();
        put(false, nodePort, Protocol.TCP, 0);
        assertThat(front().hostname()).isEmpty();
        assertThat(front().ports()).containsExactly(new ExternalPort(PORT, nodePort, ""));
        awaitAnswers("127.0.0.1", nodePort, 2);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aPortThatIsTakenIsToldAndTriedAgain() throws IOException {
        int nodePort;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            nodePort = taken.getLocalPort();
            put(false, nodePort, Protocol.TCP, 0);
            assertThat(front().problem())
                    .isEqualTo("listen tcp 127.0.0.1:" + nodePort + ": address already in use; trying again");
        }
        embedded.await("it listens", () -> front().problem().isEmpty());
        awaitAnswers("127.0.0.1", nodePort, 2);
    }

    @Test
    void udpIsServedInsideOnlyAndSaysSo() {
        put(true, 0, Protocol.UDP, 0);
        assertThat(front().ports())
                .containsExactly(new ExternalPort(PORT, 0, "UDP port 8080 is served inside the cluster only"));
        embedded.await(
                "the fabric has it",
                () -> embedded.fabric.services.stream()
                        .anyMatch(service -> service.ports().getFirst().protocol() == Protocol.UDP));
    }

    @Test
    void clientsWithAffinityStay() {
        put(true, 0, Protocol.TCP, 60);
        String host = front().hostname();
        awaitAnswers(host, PORT, 1);
        String first = get(host, PORT);
        for (int i = 0; i < 10; i++) {
            assertThat(get(host, PORT)).isEqualTo(first);
        }
    }

    @Test
    void theFabricHasTheHealthyMachines() {
        put(false, 0, Protocol.TCP, 30);
        embedded.await("two backends", () -> backends().size() == 2);
        assertThat(embedded.fabric.services.getFirst().address().getHostAddress())
                .isEqualTo(ADDRESS);
        assertThat(embedded.fabric.services.getFirst().clientAffinitySeconds()).isEqualTo(30);
        assertThat(backends()).allSatisfy(backend -> assertThat(backend.port()).isEqualTo(80));
        embedded.hypervisor.machine(embedded.healthy("web").getFirst().id()).ready = false;
        embedded.await("one backend", () -> backends().size() == 1);
    }

    private List<Backend> backends() {
        return embedded.fabric.services.stream()
                .flatMap(service -> service.ports().stream())
                .map(FabricPort::backends)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void namesLeadToServicesAndToReadyMachines() {
        put(false, 0, Protocol.TCP, 0);
        embedded.cloud
                .dns()
                .putRecords(List.of(
                        new DnsRecord(
                                "web.default.svc.cluster.local", DnsRecord.Type.LOAD_BALANCER, List.of("front"), TTL),
                        new DnsRecord(
                                "all.default.svc.cluster.local",
                                DnsRecord.Type.GROUPS,
                                List.of("web/http/TCP/80"),
                                TTL)));
        embedded.await("names", () -> !embedded.fabric.records.isEmpty());
        assertThat(values("web.default.svc.cluster.local")).containsExactly(ADDRESS);
        assertThat(values("_http._tcp.web.default.svc.cluster.local"))
                .containsExactly("0 100 8080 web.default.svc.cluster.local");
        List<String> machines =
                embedded.healthy("web").stream().map(Instance::address).toList();
        assertThat(values("all.default.svc.cluster.local")).containsExactlyElementsOf(machines);
        String own = machines.getFirst().replace('.', '-') + ".all.default.svc.cluster.local";
        assertThat(values(own)).containsExactly(machines.getFirst());
        assertThat(values("_http._tcp.all.default.svc.cluster.local")).contains("0 100 80 " + own);
        embedded.hypervisor.machine(embedded.healthy("web").getFirst().id()).ready = false;
        embedded.await(
                "one address", () -> values("all.default.svc.cluster.local").size() == 1);
    }

    private List<String> values(String name) {
        return embedded.fabric.records.stream()
                .filter(record -> record.name().equals(name))
                .map(FabricRecord::values)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void addressesThatAreNotFreeAreRefused() {
        put(false, 0, Protocol.TCP, 0);
        LoadBalancer same =
                new LoadBalancer("other", ADDRESS, false, false, 0, List.of(), LoadBalancer.Settings.of(Map.of()));
        LoadBalancer outside =
                new LoadBalancer("other", "192.0.2.1", false, false, 0, List.of(), LoadBalancer.Settings.of(Map.of()));
        assertThatThrownBy(() -> embedded.cloud.loadBalancers().putLoadBalancer(same))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessage("load balancer other: 10.96.0.20 belongs to load balancer front");
        assertThatThrownBy(() -> embedded.cloud.loadBalancers().putLoadBalancer(outside))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("192.0.2.1 is not a free address of 10.96.0.0/16");
    }

    @Test
    void everythingIsThereAgainAfterARestart() throws Exception {
        put(true, 0, Protocol.TCP, 0);
        LoadBalancerStatus before = front();
        awaitAnswers(before.hostname(), PORT, 2);
        embedded.stopDaemon();
        assertThat(get(before.hostname(), PORT)).isEmpty();
        embedded.fabric.services = List.of();
        embedded.startDaemon();
        assertThat(front()).isEqualTo(before);
        assertThat(get(before.hostname(), PORT)).isNotEmpty();
        assertThat(backends()).hasSize(2);
    }
}
