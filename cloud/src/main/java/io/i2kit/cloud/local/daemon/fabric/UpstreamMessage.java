package io.i2kit.cloud.local.daemon.fabric;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Questions to the host's resolvers, and their answers. */
final class UpstreamMessage {
    private UpstreamMessage() {}

    /** The question for a name in the type and class of a query, and with its limits. */
    static byte[] question(int id, String name, DnsQuery query) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Dns.PLAIN_UDP_BYTES);
        shortInts(out, id, Dns.RECURSION_DESIRED, 1, 0, 0, query.edns() ? 1 : 0);
        for (String label : name.isEmpty() ? new String[0] : name.split("\\.", -1)) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(0);
        shortInts(out, query.type(), query.dnsClass());
        if (query.edns()) {
            out.write(0);
            shortInts(out, Dns.TYPE_OPT, query.limitBytes(), 0, 0, 0);
        }
        return out.toByteArray();
    }

    private static void shortInts(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            out.write(value >>> 8);
            out.write(value);
        }
    }

    /** Whether a message answers the question for a name in the type and class of a query. */
    static boolean answers(byte[] message, String name, DnsQuery query) {
        try {
            DnsReader reader = new DnsReader(message);
            reader.skip(2);
            boolean response = (reader.shortInt() & Dns.RESPONSE) != 0;
            boolean one = reader.shortInt() == 1;
            reader.skip(6);
            return response
                    && one
                    && reader.name().equals(name)
                    && reader.shortInt() == query.type()
                    && reader.shortInt() == query.dnsClass();
        } catch (DnsFormatException e) {
            return false;
        }
    }

    static int id(byte[] message) {
        return (message[0] & 0xff) << 8 | message[1] & 0xff;
    }

    static int code(byte[] message) {
        return message[3] & 0x0f;
    }

    /** The addresses and aliases among the answers: what can follow an alias of the zone. */
    static List<ResourceRecord> addressesAndAliases(byte[] message) throws DnsFormatException {
        DnsReader reader = new DnsReader(message);
        reader.skip(4);
        int questions = reader.shortInt();
        int answers = reader.shortInt();
        reader.skip(4);
        for (int i = 0; i < questions; i++) {
            reader.name();
            reader.skip(4);
        }
        List<ResourceRecord> records = new ArrayList<>();
        for (int i = 0; i < answers; i++) {
            String name = reader.name();
            int type = reader.shortInt();
            reader.skip(2);
            long seconds = reader.unsignedInt();
            int length = reader.shortInt();
            switch (type) {
                case Dns.TYPE_A ->
                    records.add(
                            new ResourceRecord(name, seconds, new ResourceRecord.Address((int) reader.unsignedInt())));
                case Dns.TYPE_AAAA ->
                    records.add(new ResourceRecord(name, seconds, new ResourceRecord.Address6(reader.bytes(16))));
                case Dns.TYPE_CNAME ->
                    records.add(new ResourceRecord(name, seconds, new ResourceRecord.CanonicalName(reader.name())));
                default -> reader.skip(length);
            }
        }
        return records;
    }
}
