package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads DNS messages for tests, on purpose without the code that is tested; strict: every octet must be accounted for. */
final class DnsDecoder {
    private final ByteBuffer message;

    private DnsDecoder(byte[] message) {
        this.message = ByteBuffer.wrap(message);
    }

    /**
     * @param answers and the other sections as text: {@code name ttl type data}
     */
    record Message(
            int id,
            int code,
            boolean authoritative,
            boolean truncated,
            String question,
            List<String> answers,
            List<String> authority,
            List<String> additional) {}

    static Message decode(byte[] bytes) {
        return new DnsDecoder(bytes).message();
    }

    private Message message() {
        int id = message.getShort() & 0xffff;
        int flags = message.getShort() & 0xffff;
        assertThat(flags & 0x8000).as("is a response").isNotZero();
        int questions = message.getShort();
        int answers = message.getShort();
        int authority = message.getShort();
        int additional = message.getShort();
        String question = "";
        for (int i = 0; i < questions; i++) {
            question = name() + " " + message.getShort() + " " + message.getShort();
        }
        Message decoded = new Message(
                id,
                flags & 15,
                (flags & 0x0400) != 0,
                (flags & 0x0200) != 0,
                question,
                records(answers),
                records(authority),
                records(additional));
        assertThat(message.hasRemaining()).as("octets behind the message").isFalse();
        return decoded;
    }

    private List<String> records(int count) {
        List<String> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = name();
            int type = message.getShort();
            int dnsClass = message.getShort() & 0xffff;
            int seconds = message.getInt();
            int length = message.getShort() & 0xffff;
            int end = message.position() + length;
            if (type == 41) {
                records.add("OPT " + dnsClass + " " + Integer.toHexString(seconds));
                message.position(end);
            } else {
                assertThat(dnsClass).isEqualTo(1);
                records.add(name + " " + seconds + " " + data(type, end));
            }
            assertThat(message.position()).as("end of the record's data").isEqualTo(end);
        }
        return records;
    }

    private String data(int type, int end) {
        switch (type) {
            case 1 -> {
                return "A " + octet() + "." + octet() + "." + octet() + "." + octet();
            }
            case 5 -> {
                return "CNAME " + name();
            }
            case 12 -> {
                return "PTR " + name();
            }
            case 33 -> {
                return "SRV " + message.getShort() + " " + message.getShort() + " " + (message.getShort() & 0xffff)
                        + " " + name();
            }
            default -> {
                message.position(end);
                return "TYPE" + type;
            }
        }
    }

    private int octet() {
        return message.get() & 0xff;
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        int length = octet();
        while (length != 0) {
            if ((length & 0xc0) == 0xc0) {
                int back = message.position() + 1;
                message.position((length & 0x3f) << 8 | octet());
                name.append(name());
                message.position(back);
                return name.toString();
            }
            byte[] label = new byte[length];
            message.get(label);
            name.append(new String(label)).append('.');
            length = octet();
        }
        return name.toString();
    }

    /** A query, in the case that is given; EDNS0 with the given size unless that is 0. */
    static byte[] query(int id, String name, int type, int ednsBytes) {
        ByteBuffer query = ByteBuffer.allocate(512);
        query.putShort((short) id).putShort((short) 0x0100).putShort((short) 1).putInt(0);
        query.putShort((short) (ednsBytes > 0 ? 1 : 0));
        for (String label : name.split("\\.")) {
            query.put((byte) label.length()).put(label.getBytes());
        }
        query.put((byte) 0).putShort((short) type).putShort((short) 1);
        if (ednsBytes > 0) {
            query.put((byte) 0)
                    .putShort((short) 41)
                    .putShort((short) ednsBytes)
                    .putInt(0)
                    .putShort((short) 0);
        }
        byte[] bytes = new byte[query.flip().remaining()];
        query.get(bytes);
        return bytes;
    }
}
