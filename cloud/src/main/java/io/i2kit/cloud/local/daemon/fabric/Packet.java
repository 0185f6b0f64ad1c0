package io.i2kit.cloud.local.daemon.fabric;

import java.nio.ByteBuffer;

/**
 * A view of one Ethernet frame that lies in a buffer; the same instance is laid over frame after frame. Addresses are integers,
 * MAC addresses the low 48 bits of a long. The IPv4 accessors hold after {@link #parseIpv4} said yes; ports and flags only for
 * TCP and UDP that is no later fragment.
 */
final class Packet {
    static final int ETHERNET_HEADER_BYTES = 14;
    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;

    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;

    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;

    private static final int SHORTEST_IPV4_HEADER_BYTES = 20;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;
    private int length;
    private int transport;
    private int end;

    /** Lays the view over a frame. */
    void wrap(ByteBuffer frames, int offset, int lengthBytes) {
        buffer = frames;
        start = offset;
        length = lengthBytes;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    long destinationMac() {
        return mac(start);
    }

    long sourceMac() {
        return mac(start + 6);
    }

    int etherType() {
        return unsignedShort(start + 12);
    }

    void setMacs(long destination, long source) {
        putMac(buffer, start, destination);
        putMac(buffer, start + 6, source);
    }

    long mac(int index) {
        return (long) unsignedShort(index) << 32 | buffer.getInt(index + 2) & 0xffff_ffffL;
    }

    static void putMac(ByteBuffer target, int index, long mac) {
        target.putShort(index, (short) (mac >>> 32));
        target.putInt(index + 2, (int) mac);
    }

    /** Whether the frame holds a whole IPv4 packet with a whole transport header. */
    boolean parseIpv4() {
        int header = start + ETHERNET_HEADER_BYTES;
        if (length < ETHERNET_HEADER_BYTES + SHORTEST_IPV4_HEADER_BYTES || (buffer.get(header) & 0xf0) != 0x40) {
            return false;
        }
        int headerBytes = (buffer.get(header) & 0x0f) * 4;
        int totalBytes = unsignedShort(header + 2);
        if (headerBytes < SHORTEST_IPV4_HEADER_BYTES
                || totalBytes < headerBytes
                || totalBytes > length - ETHERNET_HEADER_BYTES) {
            return false;
        }
        transport = header + headerBytes;
        end = header + totalBytes;
        return isLaterFragment() || end - transport >= shortestTransportBytes();
    }

    private int shortestTransportBytes() {
        return switch (protocol()) {
            case TCP -> 20;
            case UDP, ICMP -> 8;
            default -> 0;
        };
    }

    int ip() {
        return start + ETHERNET_HEADER_BYTES;
    }

    /** Where the transport header begins. */
    int transport() {
        return transport;
    }

    /** Where the IPv4 packet ends; Ethernet padding may follow. */
    int end() {
        return end;
    }

    int protocol() {
        return buffer.get(ip() + 9) & 0xff;
    }

    int source() {
        return buffer.getInt(ip() + 12);
    }

    int destination() {
        return buffer.getInt(ip() + 16);
    }

    boolean isFragment() {
        return (unsignedShort(ip() + 6) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
    }

    boolean isLaterFragment() {
        return (unsignedShort(ip() + 6) & FRAGMENT_OFFSET) != 0;
    }

    int sourcePort() {
        return unsignedShort(transport);
    }

    int destinationPort() {
        return unsignedShort(transport + 2);
    }

    int tcpFlags() {
        return buffer.get(transport + 13) & 0x3f;
    }

    /** Whether it asks for a new TCP connection. */
    boolean opensTcp() {
        return protocol() == TCP && (tcpFlags() & (SYN | ACK | RST)) == SYN;
    }

    int icmpType() {
        return buffer.get(transport) & 0xff;
    }

    /** Whether it is an ICMP error, which must never be answered with another (RFC 1122, 3.2.2). */
    boolean isIcmpError() {
        if (protocol() != ICMP || isLaterFragment()) {
            return false;
        }
        return switch (icmpType()) {
            case 3, 4, 5, 11, 12 -> true;
            default -> false;
        };
    }

    int unsignedShort(int index) {
        return buffer.getShort(index) & 0xffff;
    }

    /** Replaces the addresses and keeps the IPv4 header's checksum right; the transport's is left alone. */
    void rewriteAddresses(int source, int destination) {
        long changes = Checksum.change(source(), source) + Checksum.change(destination(), destination);
        buffer.putShort(ip() + 10, (short) Checksum.update(unsignedShort(ip() + 10), changes));
        buffer.putInt(ip() + 12, source);
        buffer.putInt(ip() + 16, destination);
    }

    /** Replaces addresses and ports of TCP or UDP and keeps every checksum right. */
    void rewrite(int source, int sourcePort, int destination, int destinationPort) {
        long changes = Checksum.change(source(), source)
                + Checksum.change(destination(), destination)
                + Checksum.changeShort(sourcePort(), sourcePort)
                + Checksum.changeShort(destinationPort(), destinationPort);
        rewriteAddresses(source, destination);
        buffer.putShort(transport, (short) sourcePort);
        buffer.putShort(transport + 2, (short) destinationPort);
        updateTransportChecksum(changes);
    }

    private void updateTransportChecksum(long changes) {
        boolean udp = protocol() == UDP;
        int index = transport + (udp ? 6 : 16);
        int before = unsignedShort(index);
        if (udp && before == 0) {
            return; // RFC 768: the sender computed none
        }
        int after = Checksum.update(before, changes);
        buffer.putShort(index, (short) (udp && after == 0 ? 0xffff : after));
    }
}
