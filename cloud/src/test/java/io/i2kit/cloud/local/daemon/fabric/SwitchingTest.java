package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.local.daemon.fabric.Frames.Endpoints;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames between machines, and what the switch says itself. */
class SwitchingTest extends FabricFixture {
    private byte[] datagram(FakeMachine from, FakeMachine to, String payload) {
        Endpoints ends = new Endpoints(from.addressNumber(), 4_000, to.addressNumber(), 5_000);
        return Frames.udp(from, to.macNumber(), ends, true, payload.getBytes());
    }

    @Test
    void joinsMachines() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        byte[] frame = datagram(a, b, "hello");
        a.send(frame);
        assertThat(b.receive()).isEqualTo(frame);
        b.send(datagram(b, a, "world"));
        assertThat(new String(Frames.udpPayload(a.receive()))).isEqualTo("world");
    }

    @Test
    void goesByAddressWhenTheMacAddressIsOld() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        Endpoints ends = new Endpoints(a.addressNumber(), 1, b.addressNumber(), 2);
        a.send(Frames.udp(a, 0x5254_0000_00eeL, ends, true, new byte[3]));
        byte[] frame = b.receive();
        assertThat(Frames.destinationMac(frame)).isEqualTo(b.macNumber());
        assertThat(Frames.sourceMac(frame)).isEqualTo(a.macNumber());
    }

    @Test
    void takesFramesInPiecesAndSeveralAtOnce() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        Random random = new Random(42);
        for (int pieceBytes : new int[] {1, 3, 7, 100, 5_000}) {
            ByteBuffer stream = ByteBuffer.allocate(20_000);
            byte[][] frames = new byte[10][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = datagram(a, b, "x".repeat(random.nextInt(1_400)));
                stream.putInt(frames[i].length).put(frames[i]);
            }
            a.sendRaw(Arrays.copyOf(stream.array(), stream.position()), pieceBytes);
            for (byte[] frame : frames) {
                assertThat(b.receive()).isEqualTo(frame);
            }
        }
    }

    @Test
    void answersArp() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        assertThat(askArp(a, GATEWAY)).isEqualTo(GATEWAY_MAC);
        assertThat(askArp(a, b.addressNumber())).isEqualTo(b.macNumber());
        assertThat(askArp(a, ip("10.96.0.10"))).isEqualTo(GATEWAY_MAC);
        assertThat(askArp(a, ip("10.244.9.9"))).isEqualTo(GATEWAY_MAC);
        // Probes for the own address (RFC 5227) and questions for other networks stay unanswered.
        a.send(Frames.arpRequest(a.macNumber(), 0, a.addressNumber()));
        a.send(Frames.arpRequest(a.macNumber(), a.addressNumber(), ip("192.168.1.1")));
        awaitCount(FabricCounter.DROPPED_UNSUPPORTED, 2);
        assertThat(a.waiting()).isZero();
        assertThat(b.waiting()).isZero();
    }

    private long askArp(FakeMachine asker, int target) throws Exception {
        asker.send(Frames.arpRequest(asker.macNumber(), asker.addressNumber(), target));
        byte[] reply = asker.receive();
        ByteBuffer buffer = ByteBuffer.wrap(reply);
        assertThat(Frames.etherType(reply)).isEqualTo(0x0806);
        assertThat(Frames.destinationMac(reply)).isEqualTo(asker.macNumber());
        assertThat(buffer.getShort(20)).as("operation: reply").isEqualTo((short) 2);
        assertThat(buffer.getInt(28)).isEqualTo(target);
        assertThat(buffer.getInt(38)).isEqualTo(asker.addressNumber());
        return buffer.getLong(20) & 0xffff_ffff_ffffL;
    }

    @Test
    void dropsWhatPretendsToBeAnother() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        FakeMachine c = machine(4);
        Endpoints asC = new Endpoints(c.addressNumber(), 1, b.addressNumber(), 2);
        a.send(Frames.udp(a, b.macNumber(), asC, true, new byte[1]));
        a.send(Frames.udp(c, b.macNumber(), asC, true, new byte[1]));
        a.send(Frames.arpRequest(a.macNumber(), c.addressNumber(), b.addressNumber()));
        awaitCount(FabricCounter.DROPPED_SPOOFED, 3);
        a.send(datagram(a, b, "honest"));
        assertThat(new String(Frames.udpPayload(b.receive()))).isEqualTo("honest");
        assertThat(c.waiting()).isZero();
    }

    @Test
    void dropsBroadcastOtherProtocolsAndBrokenPackets() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        Endpoints everyone = new Endpoints(a.addressNumber(), 1, ip("255.255.255.255"), 2);
        a.send(Frames.udp(a, Frames.BROADCAST, everyone, true, new byte[1]));
        Endpoints group = new Endpoints(a.addressNumber(), 1, ip("224.0.0.251"), 5353);
        a.send(Frames.udp(a, GATEWAY_MAC, group, true, new byte[1]));
        a.send(Frames.ethernet(b.macNumber(), a.macNumber(), 0x86dd, new byte[40]));
        a.send(new byte[] {1, 2, 3});
        byte[] cut = datagram(a, b, "a longer payload");
        a.send(Arrays.copyOf(cut, cut.length - 4));
        awaitCount(FabricCounter.DROPPED_BROADCAST, 2);
        awaitCount(FabricCounter.DROPPED_UNSUPPORTED, 1);
        awaitCount(FabricCounter.DROPPED_MALFORMED, 2);
        assertThat(b.waiting()).isZero();
    }

    @Test
    void survivesRandomFrames() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame =
                    random.nextBoolean() ? datagram(a, b, "payload") : Frames.arpRequest(a.macNumber(), 0, GATEWAY);
            int changes = 1 + random.nextInt(6);
            for (int j = 0; j < changes; j++) {
                frame[12 + random.nextInt(frame.length - 12)] = (byte) random.nextInt();
            }
            a.send(Arrays.copyOf(frame, 14 + random.nextInt(frame.length - 13)));
        }
        a.send(datagram(a, b, "still there"));
        await(() -> new String(Frames.udpPayload(b.receive())).equals("still there"));
    }

    @Test
    void answersPingsToTheGateway() throws Exception {
        FakeMachine a = machine(2);
        byte[] rest = "\0\1\0\2some data".getBytes();
        a.send(Frames.icmp(a, GATEWAY_MAC, GATEWAY, 0x0800, rest));
        byte[] reply = a.receive();
        Frames.assertChecksums(reply);
        assertThat(Frames.icmpKind(reply)).isZero();
        assertThat(Arrays.copyOfRange(reply, Frames.BODY + 4, reply.length)).isEqualTo(rest);
        assertThat(Frames.endpoints(reply).source()).isEqualTo(GATEWAY);
        assertThat(Frames.endpoints(reply).destination()).isEqualTo(a.addressNumber());
    }

    @Test
    void saysWhatCannotBeReached() throws Exception {
        FakeMachine a = machine(2);
        assertThat(unreachableKind(a, "1.1.1.1")).as("no way out").isEqualTo(0x0300);
        assertThat(unreachableKind(a, "10.244.7.7")).as("no such machine").isEqualTo(0x0301);
        assertThat(unreachableKind(a, "10.244.0.1"))
                .as("the gateway has no ports")
                .isEqualTo(0x0303);
    }

    private int unreachableKind(FakeMachine from, String destination) throws Exception {
        Endpoints ends = new Endpoints(from.addressNumber(), 1_234, ip(destination), 99);
        byte[] sent = Frames.udp(from, GATEWAY_MAC, ends, true, "anybody?".getBytes());
        from.send(sent);
        byte[] reply = from.receive();
        Frames.assertChecksums(reply);
        assertThat(Arrays.copyOfRange(reply, Frames.BODY + 8, reply.length))
                .as("the quoted packet")
                .isEqualTo(Arrays.copyOfRange(sent, Frames.IP, sent.length));
        return Frames.icmpKind(reply);
    }

    @Test
    void connectsAgain() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        b.hangUp();
        await(() -> fabric.connectedMachines() == 1);
        b.accept();
        b.readInBackground();
        await(() -> fabric.connectedMachines() == 2);
        a.send(datagram(a, b, "back"));
        assertThat(new String(Frames.udpPayload(b.receive()))).isEqualTo("back");
    }

    @Test
    void hangsUpOnAnImpossibleLength() throws Exception {
        FakeMachine a = machine(2);
        a.sendRaw(ByteBuffer.allocate(4).putInt(1 << 20).array(), 4);
        await(() -> fabric.connectedMachines() == 0);
        a.accept();
        await(() -> fabric.connectedMachines() == 1);
    }

    @Test
    void forgetsDetachedMachines() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine b = machine(3);
        fabric.detach(b.id);
        fabric.detach("unknown");
        await(() -> fabric.connectedMachines() == 1);
        a.send(datagram(a, b, "gone"));
        assertThat(Frames.icmpKind(a.receive())).isEqualTo(0x0301);
    }

    @Test
    void dropsForASlowMachineAndServesTheOthers() throws Exception {
        FakeMachine a = machine(2);
        FakeMachine slow = deafMachine(3);
        FakeMachine b = machine(4);
        int sent = 0;
        while (count(FabricCounter.DROPPED_QUEUE_FULL) == 0) {
            a.send(datagram(a, slow, "x".repeat(1_400)));
            sent++;
        }
        a.send(datagram(a, b, "quick"));
        assertThat(new String(Frames.udpPayload(b.receive()))).isEqualTo("quick");
        slow.readInBackground();
        a.send(datagram(a, slow, "last"));
        long arriving = count(FabricCounter.FRAMES_SENT) - 1;
        assertThat(arriving).isLessThanOrEqualTo(sent + 1L);
        await(() -> slow.waiting() >= arriving);
        Frames.assertChecksums(slow.receive());
    }

    @Test
    void refusesContradictions() {
        Path socket = directory().resolve("x.sock");
        Inet4Address address = Inet4Address.ofLiteral("10.244.0.9");
        fabric.attach("a", "52:54:00:00:00:09", address, socket);
        assertThatThrownBy(() -> fabric.attach("b", "52:54:00:00:00:0a", address, socket))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to machine a already");
        Inet4Address outside = Inet4Address.ofLiteral("10.96.0.9");
        assertThatThrownBy(() -> fabric.attach("b", "52:54:00:00:00:0a", outside, socket))
                .hasMessageContaining("10.96.0.9 is not one for machines of 10.244.0.0/16");
        Inet4Address other = Inet4Address.ofLiteral("10.244.0.10");
        for (String mac : new String[] {"52:54:00", "ff:ff:ff:ff:ff:ff", "52-54-00-00-00-01", "02:00:0a:f4:00:01"}) {
            assertThatThrownBy(() -> fabric.attach("b", mac, other, socket))
                    .as(mac)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Path deep = Path.of("/" + "d".repeat(120));
        assertThatThrownBy(() -> fabric.attach("b", "52:54:00:00:00:0a", other, deep))
                .hasMessageContaining("longer than 107 bytes");
    }
}
