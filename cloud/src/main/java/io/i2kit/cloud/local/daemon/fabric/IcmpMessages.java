package io.i2kit.cloud.local.daemon.fabric;

import java.nio.ByteBuffer;

/** The ICMP messages that the switch sends itself (RFC 792), and the quoted packets inside of others'. */
final class IcmpMessages {
    static final int ECHO_REPLY = 0;
    static final int DESTINATION_UNREACHABLE = 3;
    static final int ECHO_REQUEST = 8;

    static final int NET_UNREACHABLE = 0;
    static final int HOST_UNREACHABLE = 1;
    static final int PROTOCOL_UNREACHABLE = 2;
    static final int PORT_UNREACHABLE = 3;

    private IcmpMessages() {}

    /** Makes the echo request in a frame its own answer. */
    static void echoReply(Packet packet) {
        ByteBuffer buffer = packet.buffer();
        int message = packet.transport();
        packet.rewriteAddresses(packet.destination(), packet.source());
        long change = Checksum.changeShort(packet.unsignedShort(message), ECHO_REPLY);
        buffer.putShort(message, (short) ECHO_REPLY);
        buffer.putShort(message + 2, (short) Checksum.update(packet.unsignedShort(message + 2), change));
    }

    /** Puts the tuple into the packet that an ICMP error quotes and computes both checksums anew. */
    static void rewriteQuoted(Packet packet, int quoted, Flow.Tuple tuple) {
        ByteBuffer buffer = packet.buffer();
        int headerBytes = (buffer.get(quoted) & 0x0f) * 4;
        buffer.putInt(quoted + 12, tuple.source());
        buffer.putInt(quoted + 16, tuple.destination());
        buffer.putShort(quoted + headerBytes, (short) tuple.sourcePort());
        buffer.putShort(quoted + headerBytes + 2, (short) tuple.destinationPort());
        buffer.putShort(quoted + 10, (short) 0);
        buffer.putShort(quoted + 10, (short) Checksum.finish(Checksum.sum(buffer, quoted, headerBytes)));
        int message = packet.transport();
        buffer.putShort(message + 2, (short) 0);
        buffer.putShort(message + 2, (short) Checksum.finish(Checksum.sum(buffer, message, packet.end() - message)));
    }
}
