package io.i2kit.cloud.local.daemon.fabric;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A question as a resolver sends it.
 *
 * @param flags the header's second word
 * @param name in lower case, without the final dot
 * @param question the question section as it came: answers repeat it with the case that the asker chose
 * @param edns whether it carries an OPT record, so that the answer does too
 * @param ednsVersion 0 unless the asker uses a version that does not exist yet
 * @param limitBytes the largest answer that the asker takes
 */
record DnsQuery(
        int id,
        int flags,
        String name,
        int type,
        int dnsClass,
        byte[] question,
        boolean edns,
        int ednsVersion,
        int limitBytes) {

    int opcode() {
        return (flags & Dns.OPCODE) >>> 11;
    }

    /** Whether the header says that it is a question at all; answers are never answered. */
    static boolean isQuery(byte[] message) {
        return message.length >= Dns.HEADER_BYTES && (message[2] & 0x80) == 0;
    }

    /** What is left to answer of a message whose body makes no sense: its id and flags. */
    static DnsQuery headerOnly(byte[] message) {
        int id = (message[0] & 0xff) << 8 | message[1] & 0xff;
        int flags = (message[2] & 0xff) << 8 | message[3] & 0xff;
        return new DnsQuery(id, flags, "", 0, 0, new byte[0], false, 0, Dns.PLAIN_UDP_BYTES);
    }

    static DnsQuery parse(byte[] message) throws DnsFormatException {
        DnsReader reader = new DnsReader(message);
        int id = reader.shortInt();
        int flags = reader.shortInt();
        int questions = reader.shortInt();
        int records = reader.shortInt() + reader.shortInt();
        int additional = reader.shortInt();
        if (questions != 1) {
            throw new DnsFormatException(questions + " questions");
        }
        String name = reader.name();
        int type = reader.shortInt();
        int dnsClass = reader.shortInt();
        byte[] question = Arrays.copyOfRange(message, Dns.HEADER_BYTES, reader.position());
        for (int i = 0; i < records; i++) {
            record(reader);
        }
        DnsQuery plain = new DnsQuery(id, flags, name, type, dnsClass, question, false, 0, Dns.PLAIN_UDP_BYTES);
        for (int i = 0; i < additional; i++) {
            Extension found = record(reader);
            if (found != null) {
                return plain.extended(found);
            }
        }
        return plain;
    }

    private DnsQuery extended(Extension extension) {
        int limit = Math.clamp(extension.udpBytes(), Dns.PLAIN_UDP_BYTES, Dns.LARGEST_UDP_BYTES);
        return new DnsQuery(id, flags, name, type, dnsClass, question, true, extension.version(), limit);
    }

    /** Reads over a record; an OPT record says something about the asker. */
    private static @Nullable Extension record(DnsReader reader) throws DnsFormatException {
        reader.name();
        int type = reader.shortInt();
        int dnsClass = reader.shortInt();
        int timeToLive = (int) reader.unsignedInt();
        reader.skip(reader.shortInt());
        return type == Dns.TYPE_OPT ? new Extension(dnsClass, timeToLive >>> 16 & 0xff) : null;
    }

    private record Extension(int udpBytes, int version) {}
}
