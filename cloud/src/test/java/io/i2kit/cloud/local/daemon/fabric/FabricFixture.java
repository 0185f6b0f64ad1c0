package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.local.daemon.fabric.Frames.Endpoints;
import io.i2kit.cloud.model.LoadBalancer.Protocol;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fabric of the customary network with fake machines, and shorthand for what tests say to it. */
abstract class FabricFixture {
    static final FabricNetwork NETWORK = FabricNetwork.customary();
    static final long GATEWAY_MAC = 0x0200_0af4_0001L;
    static final int GATEWAY = Ipv4.toInt(NETWORK.gateway());
    static final int DNS = Ipv4.toInt(NETWORK.dns());

    List<InetSocketAddress> resolvers = List.of();
    SwitchFabric fabric;
    private Path directory;
    private final List<FakeMachine> machines = new ArrayList<>();

    @BeforeEach
    void startFabric() throws Exception {
        directory = Files.createTempDirectory("fabric"); // short, since a socket's path may have 107 octets only
        fabric =
                new SwitchFabric(NETWORK, new FabricOptions(1_024, FabricOptions.DEFAULT_QUEUE_BYTES, () -> resolvers));
    }

    @AfterEach
    void stopFabric() throws Exception {
        fabric.close();
        for (FakeMachine machine : machines) {
            machine.close();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    Path directory() {
        return directory;
    }

    FakeMachine machine(int number) throws Exception {
        FakeMachine machine = FakeMachine.connected(fabric, directory, number);
        machines.add(machine);
        await(() -> fabric.connectedMachines() == machines.size());
        return machine;
    }

    FakeMachine deafMachine(int number) throws Exception {
        FakeMachine machine = FakeMachine.deaf(fabric, directory, number);
        machines.add(machine);
        await(() -> fabric.connectedMachines() == machines.size());
        return machine;
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + FakeMachine.PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            Thread.sleep(2);
        }
    }

    void awaitCount(FabricCounter counter, long atLeast) throws Exception {
        await(() -> count(counter) >= atLeast);
    }

    long count(FabricCounter counter) {
        return fabric.counters().getOrDefault(counter, 0L);
    }

    static int ip(String address) {
        return Ipv4.toInt(Inet4Address.ofLiteral(address));
    }

    static FabricService service(String address, int affinitySeconds, FabricPort... ports) {
        return new FabricService("default/web", Inet4Address.ofLiteral(address), List.of(ports), affinitySeconds);
    }

    static FabricPort port(Protocol protocol, int port, Backend... backends) {
        return new FabricPort(protocol, port, List.of(backends));
    }

    static Backend backend(FakeMachine machine, int port) {
        return new Backend(machine.address, port);
    }

    static Endpoints toService(FakeMachine client, int clientPort, String service, int port) {
        return new Endpoints(client.addressNumber(), clientPort, ip(service), port);
    }

    static void syn(FakeMachine client, Endpoints ends) throws Exception {
        client.send(Frames.tcp(client, GATEWAY_MAC, ends, Packet.SYN, new byte[0]));
    }

    static void tcp(FakeMachine from, Endpoints ends, int flags, String payload) throws Exception {
        from.send(Frames.tcp(from, GATEWAY_MAC, ends, flags, payload.getBytes()));
    }

    /** Opens a connection through a Service by a whole handshake; answers what the backend saw. */
    static Endpoints connect(FakeMachine client, Endpoints ends, FakeMachine server) throws Exception {
        syn(client, ends);
        Endpoints seen = Frames.endpoints(server.receive());
        tcp(server, seen.reversed(), Packet.SYN | Packet.ACK, "");
        assertThat(Frames.endpoints(client.receive())).isEqualTo(ends.reversed());
        tcp(client, ends, Packet.ACK, "");
        assertThat(Frames.endpoints(server.receive())).isEqualTo(seen);
        return seen;
    }
}
