package io.i2kit.cloud.local.daemon.fabric;

import static io.i2kit.cloud.model.LoadBalancer.Protocol.TCP;
import static io.i2kit.cloud.model.LoadBalancer.Protocol.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.local.daemon.fabric.Frames.Endpoints;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Service addresses: there, back, and when nobody is behind them. */
class ServiceNatTest extends FabricFixture {
    private static final String WEB = "10.96.0.80";

    @Test
    void translatesBothWays() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(server, 8080)))));
        Endpoints ends = toService(client, 40_000, WEB, 80);
        Endpoints seen = connect(client, ends, server);
        assertThat(seen).isEqualTo(new Endpoints(ends.source(), 40_000, server.addressNumber(), 8080));

        tcp(client, ends, Packet.ACK, "GET / HTTP/1.1\r\n");
        byte[] request = server.receive();
        Frames.assertChecksums(request);
        assertThat(new String(Frames.tcpPayload(request))).isEqualTo("GET / HTTP/1.1\r\n");
        assertThat(Frames.destinationMac(request)).isEqualTo(server.macNumber());
        tcp(server, seen.reversed(), Packet.ACK, "HTTP/1.1 200 OK\r\n");
        byte[] answer = client.receive();
        Frames.assertChecksums(answer);
        assertThat(Frames.endpoints(answer)).isEqualTo(ends.reversed());
        assertThat(new String(Frames.tcpPayload(answer))).isEqualTo("HTTP/1.1 200 OK\r\n");
    }

    /** Random addresses, ports and payloads; every checksum that comes out is verified over the whole packet. */
    @Test
    void keepsEveryChecksumRight() throws Exception {
        Random random = new Random(1624);
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        for (int i = 0; i < 300; i++) {
            String address = "10.96." + random.nextInt(256) + "." + random.nextInt(256);
            if (ip(address) == DNS) {
                continue;
            }
            int servicePort = 1 + random.nextInt(65_535);
            int serverPort = 1 + random.nextInt(65_535);
            boolean udp = random.nextBoolean();
            fabric.putServices(
                    List.of(service(address, 0, port(udp ? UDP : TCP, servicePort, backend(server, serverPort)))));
            Endpoints ends = toService(client, 1 + random.nextInt(65_535), address, servicePort);
            byte[] payload = new byte[random.nextInt(1_300)];
            random.nextBytes(payload);
            client.send(packet(client, ends, udp, Packet.SYN, payload));
            byte[] there = server.receive();
            Frames.assertChecksums(there);
            assertThat(payload(there, udp)).isEqualTo(payload);
            server.send(packet(server, Frames.endpoints(there).reversed(), udp, Packet.SYN | Packet.ACK, payload));
            byte[] back = client.receive();
            Frames.assertChecksums(back);
            assertThat(Frames.endpoints(back)).isEqualTo(ends.reversed());
        }
    }

    private static byte[] packet(FakeMachine from, Endpoints ends, boolean udp, int flags, byte[] payload) {
        return udp
                ? Frames.udp(from, GATEWAY_MAC, ends, true, payload)
                : Frames.tcp(from, GATEWAY_MAC, ends, flags, payload);
    }

    private static byte[] payload(byte[] frame, boolean udp) {
        return udp ? Frames.udpPayload(frame) : Frames.tcpPayload(frame);
    }

    @Test
    void leavesAnAbsentUdpChecksumAbsent() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        fabric.putServices(List.of(service(WEB, 0, port(UDP, 53, backend(server, 5353)))));
        client.send(Frames.udp(client, GATEWAY_MAC, toService(client, 9, WEB, 53), false, new byte[5]));
        byte[] frame = server.receive();
        Frames.assertChecksums(frame);
        assertThat(ByteBuffer.wrap(frame).getShort(Frames.BODY + 6)).isZero();
    }

    @Test
    void takesTurns() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine b = machine(3);
        FakeMachine c = machine(4);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(b, 80), backend(c, 80)))));
        for (int i = 0; i < 10; i++) {
            syn(client, toService(client, 1_000 + i, WEB, 80));
        }
        for (int i = 0; i < 5; i++) {
            b.receive();
            c.receive();
        }
        syn(client, toService(client, 1_000, WEB, 80)); // sent again: to the machine that had it
        syn(client, toService(client, 1_000, WEB, 80));
        await(() -> b.waiting() + c.waiting() == 2);
        assertThat(b.waiting() * c.waiting()).isZero();
    }

    @Test
    void staysWithTheClientsBackend() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine other = machine(5);
        FakeMachine b = machine(3);
        FakeMachine c = machine(4);
        FabricPort both = port(TCP, 80, backend(b, 80), backend(c, 80));
        fabric.putServices(List.of(service(WEB, 10_800, both)));
        for (int i = 0; i < 8; i++) {
            syn(client, toService(client, 1_000 + i, WEB, 80));
        }
        await(() -> b.waiting() + c.waiting() == 8);
        assertThat(b.waiting() * c.waiting()).as("one has all of them").isZero();
        syn(other, toService(other, 1_000, WEB, 80));
        await(() -> b.waiting() * c.waiting() == 8);

        FakeMachine stays = b.waiting() == 8 ? c : b;
        fabric.putServices(List.of(service(WEB, 10_800, port(TCP, 80, backend(stays, 80)))));
        int before = stays.waiting();
        syn(client, toService(client, 2_000, WEB, 80));
        await(() -> stays.waiting() == before + 1);
    }

    @Test
    void reachesItselfThroughItsOwnService() throws Exception {
        FakeMachine machine = machine(2);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(machine, 8080)))));
        Endpoints ends = toService(machine, 40_000, WEB, 80);
        syn(machine, ends);
        byte[] arriving = machine.receive();
        Frames.assertChecksums(arriving);
        Endpoints seen = Frames.endpoints(arriving);
        assertThat(seen).isEqualTo(new Endpoints(GATEWAY, 40_000, machine.addressNumber(), 8080));
        tcp(machine, seen.reversed(), Packet.SYN | Packet.ACK, "");
        byte[] answer = machine.receive();
        Frames.assertChecksums(answer);
        assertThat(Frames.endpoints(answer)).isEqualTo(ends.reversed());
    }

    @Test
    void tellsFlowsApartThatLookTheSameToTheBackend() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        String second = "10.96.0.81";
        FabricPort port = port(TCP, 80, backend(server, 80));
        fabric.putServices(List.of(service(WEB, 0, port), service(second, 0, port)));
        Endpoints one = toService(client, 1_000, WEB, 80);
        Endpoints two = toService(client, 1_000, second, 80);
        Endpoints direct = new Endpoints(client.addressNumber(), 1_000, server.addressNumber(), 80);
        Map<Endpoints, Endpoints> seen = new HashMap<>();
        for (Endpoints ends : List.of(one, two, direct)) {
            seen.put(connect(client, ends, server), ends);
        }
        assertThat(seen).as("three flows are three to the backend").hasSize(3);
        for (Map.Entry<Endpoints, Endpoints> flow : seen.entrySet()) {
            tcp(server, flow.getKey().reversed(), Packet.ACK, "to " + flow.getValue());
            byte[] answer = client.receive();
            assertThat(Frames.endpoints(answer)).isEqualTo(flow.getValue().reversed());
            Frames.assertChecksums(answer);
        }
    }

    @Test
    void drains() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine leaving = machine(3);
        FakeMachine next = machine(4);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(leaving, 80)))));
        Endpoints ends = toService(client, 1_000, WEB, 80);
        connect(client, ends, leaving);
        Endpoints half = toService(client, 1_001, WEB, 80);
        syn(client, half);
        leaving.receive();

        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(next, 80)))));
        tcp(client, ends, Packet.ACK, "goes on");
        assertThat(new String(Frames.tcpPayload(leaving.receive()))).isEqualTo("goes on");
        syn(client, half); // not established: goes to a machine that is still there
        assertThat(Frames.endpoints(next.receive()).sourcePort()).isEqualTo(1_001);
        syn(client, toService(client, 1_002, WEB, 80));
        assertThat(Frames.endpoints(next.receive()).sourcePort()).isEqualTo(1_002);

        fabric.putServices(List.of());
        tcp(client, ends, Packet.ACK, "also without the Service");
        assertThat(new String(Frames.tcpPayload(leaving.receive()))).isEqualTo("also without the Service");
    }

    @Test
    void opensAnewAfterTheEnd() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine first = machine(3);
        FakeMachine second = machine(4);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(first, 80)))));
        Endpoints ends = toService(client, 1_000, WEB, 80);
        Endpoints seen = connect(client, ends, first);
        tcp(client, ends, Packet.FIN | Packet.ACK, "");
        first.receive();
        tcp(first, seen.reversed(), Packet.FIN | Packet.ACK, "");
        client.receive();
        tcp(client, ends, Packet.ACK, "");
        first.receive();
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(second, 80)))));
        syn(client, ends); // the same port again
        assertThat(Frames.endpoints(second.receive()).sourcePort()).isEqualTo(1_000);
    }

    @Test
    void resetsFlowsOfAMachineThatIsGone() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(server, 80)))));
        Endpoints ends = toService(client, 1_000, WEB, 80);
        connect(client, ends, server);
        fabric.detach(server.id);
        tcp(client, ends, Packet.ACK, "anybody?");
        assertReset(client, ends);
    }

    @Test
    void passesOverMachinesThatAreNotConnected() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine dead = machine(3);
        FakeMachine alive = machine(4);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(dead, 80), backend(alive, 80)))));
        dead.hangUp();
        await(() -> fabric.connectedMachines() == 2);
        for (int i = 0; i < 4; i++) {
            syn(client, toService(client, 1_000 + i, WEB, 80));
            alive.receive();
        }
    }

    @Test
    void refusesTcpWhereNobodyListens() throws Exception {
        FakeMachine client = machine(2);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80))));
        for (Endpoints ends : List.of(
                toService(client, 1_000, WEB, 80), // no backend
                toService(client, 1_000, WEB, 81), // no such port
                toService(client, 1_000, "10.96.7.7", 80), // no such Service
                toService(client, 1_000, "10.96.0.10", 53))) { // DNS is UDP only
            syn(client, ends);
            byte[] reset = assertReset(client, ends);
            ByteBuffer segment = ByteBuffer.wrap(reset, Frames.BODY, 20).slice();
            assertThat(segment.getInt(8)).as("acknowledges the SYN").isEqualTo(0x1122_3345);
        }
        tcp(client, toService(client, 5, WEB, 80), Packet.ACK, "of a forgotten flow");
        byte[] reset = client.receive();
        assertThat(Frames.tcpFlags(reset)).isEqualTo(Packet.RST);
        assertThat(ByteBuffer.wrap(reset).getInt(Frames.BODY + 4))
                .as("takes the number expected")
                .isEqualTo(0x5566_7788);
        tcp(client, toService(client, 6, WEB, 80), Packet.RST, "");
        awaitCount(FabricCounter.SERVICE_REFUSED, 6);
        assertThat(client.waiting()).as("resets are not answered").isZero();
    }

    private static byte[] assertReset(FakeMachine client, Endpoints ends) throws Exception {
        byte[] reset = client.receive();
        Frames.assertChecksums(reset);
        assertThat(Frames.endpoints(reset)).isEqualTo(ends.reversed());
        assertThat(Frames.tcpFlags(reset) & Packet.RST).isNotZero();
        return reset;
    }

    @Test
    void refusesUdpWhereNobodyListens() throws Exception {
        FakeMachine client = machine(2);
        fabric.putServices(List.of(service(WEB, 0, port(UDP, 53))));
        client.send(Frames.udp(client, GATEWAY_MAC, toService(client, 9, WEB, 53), true, new byte[9]));
        byte[] reply = client.receive();
        Frames.assertChecksums(reply);
        assertThat(Frames.icmpKind(reply)).isEqualTo(0x0303);
        assertThat(Frames.endpoints(reply).source()).isEqualTo(ip(WEB));
    }

    /** A container that does not listen on its UDP port: the client learns it in the terms of the Service. */
    @Test
    void translatesErrorsAboutTranslatedPackets() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        fabric.putServices(List.of(service(WEB, 0, port(UDP, 53, backend(server, 5353)))));
        byte[] sent = Frames.udp(client, GATEWAY_MAC, toService(client, 9, WEB, 53), true, new byte[9]);
        client.send(sent);
        byte[] arrived = server.receive();
        byte[] quoting = new byte[4 + 28];
        System.arraycopy(arrived, Frames.IP, quoting, 4, 28);
        server.send(Frames.icmp(server, client.macNumber(), client.addressNumber(), 0x0303, quoting));
        byte[] error = client.receive();
        Frames.assertChecksums(error);
        assertThat(Frames.icmpKind(error)).isEqualTo(0x0303);
        assertThat(Frames.endpoints(error).source()).isEqualTo(ip(WEB));
        byte[] quoted = Arrays.copyOfRange(error, Frames.BODY + 8, Frames.BODY + 8 + 26);
        assertThat(quoted)
                .as("the quoted header, up to the UDP checksum")
                .isEqualTo(Arrays.copyOfRange(sent, Frames.IP, Frames.IP + 26));
    }

    @Test
    void answersPingsToServices() throws Exception {
        FakeMachine client = machine(2);
        fabric.putServices(List.of(service(WEB, 0)));
        client.send(Frames.icmp(client, GATEWAY_MAC, ip(WEB), 0x0800, new byte[8]));
        assertThat(Frames.icmpKind(client.receive())).isZero();
        client.send(Frames.icmp(client, GATEWAY_MAC, ip("10.96.7.7"), 0x0800, new byte[8]));
        assertThat(Frames.icmpKind(client.receive())).as("host unreachable").isEqualTo(0x0301);
    }

    @Test
    void dropsFragmentsThatItCannotTranslate() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        fabric.putServices(List.of(service(WEB, 0, port(UDP, 53, backend(server, 5353)))));
        byte[] body = new byte[32];
        int moreFragments = 0x2000;
        client.send(
                Frames.ipv4(GATEWAY_MAC, client.macNumber(), 17, client.addressNumber(), ip(WEB), moreFragments, body));
        client.send(Frames.ipv4(GATEWAY_MAC, client.macNumber(), 17, client.addressNumber(), ip(WEB), 4, body));
        awaitCount(FabricCounter.DROPPED_FRAGMENT, 2);
        client.send(Frames.ipv4(
                server.macNumber(), client.macNumber(), 17, client.addressNumber(), server.addressNumber(), 4, body));
        assertThat(Frames.endpoints(server.receive()).source())
                .as("direct ones pass")
                .isEqualTo(client.addressNumber());
    }

    @Test
    void makesRoomWhenTheTableIsFull() throws Exception {
        FakeMachine client = machine(2);
        FakeMachine server = machine(3);
        fabric.putServices(List.of(service(WEB, 0, port(TCP, 80, backend(server, 80)))));
        Endpoints kept = toService(client, 1, WEB, 80);
        connect(client, kept, server);
        for (int i = 0; i < 1_500; i++) { // the fixture's table has room for 1024
            syn(client, toService(client, 2 + i, WEB, 80));
        }
        awaitCount(FabricCounter.FLOWS_EVICTED, 400);
        await(() -> server.waiting() == 1_500);
        for (int i = 0; i < 1_500; i++) {
            server.receive();
        }
        tcp(client, kept, Packet.ACK, "established flows are the last to go");
        assertThat(Frames.tcpFlags(server.receive())).isEqualTo(Packet.ACK);
    }

    @Test
    void refusesServicesOutsideOfTheRange() {
        assertThatThrownBy(() -> fabric.putServices(List.of(service("10.97.0.1", 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("service default/web: address 10.97.0.1 is outside of 10.96.0.0/16");
    }
}
