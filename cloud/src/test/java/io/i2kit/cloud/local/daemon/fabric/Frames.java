package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Builds and takes apart frames, on purpose without the code that is tested: checksums are always computed over the whole.
 */
final class Frames {
    static final long BROADCAST = 0xffff_ffff_ffffL;
    static final int IP = 14;
    static final int BODY = 34;

    private Frames() {}

    static byte[] ethernet(long destination, long source, int etherType, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.putShort((short) (destination >>> 32)).putInt((int) destination);
        frame.putShort((short) (source >>> 32)).putInt((int) source);
        return frame.putShort((short) etherType).put(payload).array();
    }

    static byte[] arpRequest(long mac, int sender, int target) {
        ByteBuffer arp = ByteBuffer.allocate(28);
        arp.putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 1);
        arp.putShort((short) (mac >>> 32)).putInt((int) mac).putInt(sender);
        arp.putShort((short) 0).putInt(0).putInt(target);
        return ethernet(BROADCAST, mac, 0x0806, arp.array());
    }

    static byte[] ipv4(long destinationMac, long sourceMac, int protocol, int source, int destination, byte[] body) {
        return ipv4(destinationMac, sourceMac, protocol, source, destination, 0x4000, body);
    }

    static byte[] ipv4(
            long destinationMac, long sourceMac, int protocol, int source, int destination, int fragment, byte[] body) {
        ByteBuffer packet = ByteBuffer.allocate(20 + body.length);
        packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putShort((short) 77);
        packet.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        packet.putInt(source).putInt(destination).put(body);
        packet.putShort(10, (short) onesComplement(packet.array(), 0, 20, 0));
        return ethernet(destinationMac, sourceMac, 0x0800, packet.array());
    }

    static byte[] tcp(FakeMachine from, long destinationMac, Endpoints ends, int flags, byte[] payload) {
        ByteBuffer segment = ByteBuffer.allocate(20 + payload.length);
        segment.putShort((short) ends.sourcePort()).putShort((short) ends.destinationPort());
        segment.putInt(0x1122_3344).putInt((flags & Packet.ACK) == 0 ? 0 : 0x5566_7788);
        segment.putShort((short) (0x5000 | flags))
                .putShort((short) 64_000)
                .putInt(0)
                .put(payload);
        int sum = onesComplement(segment.array(), 0, segment.capacity(), pseudo(ends, 6, segment.capacity()));
        segment.putShort(16, (short) sum);
        return ipv4(destinationMac, from.macNumber(), 6, ends.source(), ends.destination(), segment.array());
    }

    static byte[] udp(FakeMachine from, long destinationMac, Endpoints ends, boolean checksum, byte[] payload) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
        datagram.putShort((short) ends.sourcePort()).putShort((short) ends.destinationPort());
        datagram.putShort((short) datagram.capacity()).putShort((short) 0).put(payload);
        if (checksum) {
            int sum = onesComplement(datagram.array(), 0, datagram.capacity(), pseudo(ends, 17, datagram.capacity()));
            datagram.putShort(6, (short) (sum == 0 ? 0xffff : sum));
        }
        return ipv4(destinationMac, from.macNumber(), 17, ends.source(), ends.destination(), datagram.array());
    }

    static byte[] icmp(FakeMachine from, long destinationMac, int destination, int typeAndCode, byte[] rest) {
        ByteBuffer message = ByteBuffer.allocate(4 + rest.length);
        message.putShort((short) typeAndCode).putShort((short) 0).put(rest);
        message.putShort(2, (short) onesComplement(message.array(), 0, message.capacity(), 0));
        return ipv4(destinationMac, from.macNumber(), 1, from.addressNumber(), destination, message.array());
    }

    /** Where a packet comes from and goes to. */
    record Endpoints(int source, int sourcePort, int destination, int destinationPort) {
        Endpoints reversed() {
            return new Endpoints(destination, destinationPort, source, sourcePort);
        }
    }

    static Endpoints endpoints(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        return new Endpoints(
                buffer.getInt(IP + 12),
                buffer.getShort(BODY) & 0xffff,
                buffer.getInt(IP + 16),
                buffer.getShort(BODY + 2) & 0xffff);
    }

    static int etherType(byte[] frame) {
        return ByteBuffer.wrap(frame).getShort(12) & 0xffff;
    }

    static long destinationMac(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong(0) >>> 16;
    }

    static long sourceMac(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong(6) >>> 16;
    }

    static int protocol(byte[] frame) {
        return frame[IP + 9];
    }

    static int tcpFlags(byte[] frame) {
        return frame[BODY + 13] & 0x3f;
    }

    static byte[] tcpPayload(byte[] frame) {
        return Arrays.copyOfRange(frame, BODY + 20, frame.length);
    }

    static byte[] udpPayload(byte[] frame) {
        return Arrays.copyOfRange(frame, BODY + 8, frame.length);
    }

    /** Type and code of an ICMP message. */
    static int icmpKind(byte[] frame) {
        assertThat(protocol(frame)).isEqualTo(1);
        return ByteBuffer.wrap(frame).getShort(BODY) & 0xffff;
    }

    /** Every checksum of the frame, computed over the whole, is right. */
    static void assertChecksums(byte[] frame) {
        assertThat(onesComplement(frame, IP, 20, 0)).as("IPv4 header checksum").isZero();
        int bytes = (ByteBuffer.wrap(frame).getShort(IP + 2) & 0xffff) - 20;
        boolean absent = protocol(frame) == 17 && ByteBuffer.wrap(frame).getShort(BODY + 6) == 0;
        if (!absent) {
            long pseudo = protocol(frame) == 1 ? 0 : pseudo(endpoints(frame), protocol(frame), bytes);
            assertThat(onesComplement(frame, BODY, bytes, pseudo))
                    .as("transport checksum")
                    .isZero();
        }
    }

    private static long pseudo(Endpoints ends, int protocol, int bytes) {
        ByteBuffer header = ByteBuffer.allocate(12);
        header.putInt(ends.source())
                .putInt(ends.destination())
                .putShort((short) protocol)
                .putShort((short) bytes);
        return words(header.array(), 0, 12);
    }

    static int onesComplement(byte[] data, int offset, int length, long initial) {
        long sum = initial + words(data, offset, length);
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) (0xffff - sum);
    }

    private static long words(byte[] data, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (data[offset + i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }
}
