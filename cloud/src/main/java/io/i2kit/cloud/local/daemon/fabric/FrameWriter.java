package io.i2kit.cloud.local.daemon.fabric;

import java.nio.ByteBuffer;

/** Builds the frames that the switch sends in its own name, each in the same buffer; every method answers the frame's length. */
final class FrameWriter {
    /** The largest Ethernet frame of a customary MTU of 1500. */
    private static final int FRAME_BYTES = 1_514;

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int TIME_TO_LIVE = 64;

    /** The largest payload of {@link #datagram}. */
    static final int MAXIMUM_DATAGRAM_BYTES =
            FRAME_BYTES - Packet.ETHERNET_HEADER_BYTES - IPV4_HEADER_BYTES - UDP_HEADER_BYTES;

    /** RFC 1812, 4.3.2.3: an ICMP error is at most 576 octets. */
    private static final int LONGEST_QUOTE_BYTES = 576 - IPV4_HEADER_BYTES - 8;

    private static final int IP = Packet.ETHERNET_HEADER_BYTES;
    private static final int BODY = IP + IPV4_HEADER_BYTES;

    private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES);
    private final long gatewayMac;

    FrameWriter(long gatewayMac) {
        this.gatewayMac = gatewayMac;
    }

    ByteBuffer frame() {
        return frame;
    }

    /** Answers an ARP request: {@code address} is at {@code mac}. */
    int arpReply(long mac, int address, long askerMac, int askerAddress) {
        ethernet(askerMac, Packet.ARP);
        frame.putShort(IP, (short) 1); // Ethernet
        frame.putShort(IP + 2, (short) Packet.IPV4);
        frame.putShort(IP + 4, (short) 0x0604); // lengths of the addresses
        frame.putShort(IP + 6, (short) 2); // reply
        Packet.putMac(frame, IP + 8, mac);
        frame.putInt(IP + 14, address);
        Packet.putMac(frame, IP + 18, askerMac);
        frame.putInt(IP + 24, askerAddress);
        return IP + 28;
    }

    /** Says that a packet cannot be delivered, quoting its beginning. */
    int unreachable(Packet cause, int source, int code) {
        int quoteBytes = Math.min(cause.end() - cause.ip(), LONGEST_QUOTE_BYTES);
        frame.putInt(BODY, IcmpMessages.DESTINATION_UNREACHABLE << 24 | code << 16);
        frame.putInt(BODY + 4, 0);
        frame.put(BODY + 8, cause.buffer(), cause.ip(), quoteBytes);
        frame.putShort(BODY + 2, (short) Checksum.finish(Checksum.sum(frame, BODY, 8 + quoteBytes)));
        return ipv4(cause.sourceMac(), Packet.ICMP, source, cause.source(), 8 + quoteBytes);
    }

    /** Refuses a TCP segment, by the rule for closed ports (RFC 9293, 3.10.7.1). */
    int reset(Packet cause) {
        int segment = cause.transport();
        boolean acknowledges = (cause.tcpFlags() & Packet.ACK) != 0;
        frame.putShort(BODY, (short) cause.destinationPort());
        frame.putShort(BODY + 2, (short) cause.sourcePort());
        frame.putInt(BODY + 4, acknowledges ? cause.buffer().getInt(segment + 8) : 0);
        frame.putInt(BODY + 8, acknowledges ? 0 : cause.buffer().getInt(segment + 4) + sequenceLength(cause));
        frame.putShort(BODY + 12, (short) (0x5000 | Packet.RST | (acknowledges ? 0 : Packet.ACK)));
        frame.putShort(BODY + 14, (short) 0);
        frame.putInt(BODY + 16, 0);
        transportChecksum(Packet.TCP, cause.destination(), cause.source(), 20, BODY + 16);
        return ipv4(cause.sourceMac(), Packet.TCP, cause.destination(), cause.source(), 20);
    }

    private static int sequenceLength(Packet cause) {
        int segment = cause.transport();
        int headerBytes = (cause.buffer().get(segment + 12) >>> 4 & 0x0f) * 4;
        int flags = cause.tcpFlags();
        int control = ((flags & Packet.SYN) != 0 ? 1 : 0) + ((flags & Packet.FIN) != 0 ? 1 : 0);
        return Math.max(0, cause.end() - segment - headerBytes) + control;
    }

    /** One UDP datagram of at most {@link #MAXIMUM_DATAGRAM_BYTES}. */
    int datagram(long mac, int source, int sourcePort, int destination, int destinationPort, byte[] payload) {
        int bytes = UDP_HEADER_BYTES + payload.length;
        frame.putShort(BODY, (short) sourcePort);
        frame.putShort(BODY + 2, (short) destinationPort);
        frame.putShort(BODY + 4, (short) bytes);
        frame.putShort(BODY + 6, (short) 0);
        frame.put(BODY + UDP_HEADER_BYTES, payload);
        transportChecksum(Packet.UDP, source, destination, bytes, BODY + 6);
        return ipv4(mac, Packet.UDP, source, destination, bytes);
    }

    private void transportChecksum(int protocol, int source, int destination, int bytes, int index) {
        long sum = Checksum.pseudoHeader(source, destination, protocol, bytes) + Checksum.sum(frame, BODY, bytes);
        int checksum = Checksum.finish(sum);
        frame.putShort(index, (short) (protocol == Packet.UDP && checksum == 0 ? 0xffff : checksum));
    }

    private int ipv4(long destinationMac, int protocol, int source, int destination, int bodyBytes) {
        ethernet(destinationMac, Packet.IPV4);
        frame.putShort(IP, (short) 0x4500);
        frame.putShort(IP + 2, (short) (IPV4_HEADER_BYTES + bodyBytes));
        frame.putInt(IP + 4, 0x4000); // no identification, do not fragment
        frame.putShort(IP + 8, (short) (TIME_TO_LIVE << 8 | protocol));
        frame.putShort(IP + 10, (short) 0);
        frame.putInt(IP + 12, source);
        frame.putInt(IP + 16, destination);
        frame.putShort(IP + 10, (short) Checksum.finish(Checksum.sum(frame, IP, IPV4_HEADER_BYTES)));
        return BODY + bodyBytes;
    }

    private void ethernet(long destinationMac, int etherType) {
        Packet.putMac(frame, 0, destinationMac);
        Packet.putMac(frame, 6, gatewayMac);
        frame.putShort(12, (short) etherType);
    }
}
