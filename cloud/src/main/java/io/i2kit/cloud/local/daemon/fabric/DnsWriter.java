package io.i2kit.cloud.local.daemon.fabric;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Encodes answers. What does not fit is left out: additional records silently, others with the truncation flag (RFC 2181, 9). */
final class DnsWriter {
    private static final int OPT_BYTES = 11;
    /** Only the first 14 bits of an offset fit in a compression pointer. */
    private static final int LAST_POINTER = 0x3fff;

    private static final long REFRESH_SECONDS = 7_200;
    private static final long RETRY_SECONDS = 1_800;
    private static final long EXPIRE_SECONDS = 86_400;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(Dns.PLAIN_UDP_BYTES);
    private final Map<String, Integer> offsets = new HashMap<>();
    private final int limitBytes;
    private boolean truncated;

    private DnsWriter(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    static byte[] encode(DnsQuery query, DnsAnswer answer) {
        DnsWriter writer = new DnsWriter(query.limitBytes() - (query.edns() ? OPT_BYTES : 0));
        return writer.message(query, answer);
    }

    private byte[] message(DnsQuery query, DnsAnswer answer) {
        out.writeBytes(new byte[Dns.HEADER_BYTES]);
        if (query.question().length > 0) {
            rememberQuestion(query.name());
            out.writeBytes(query.question());
        }
        int answers = records(answer.answers(), true);
        int authority = truncated ? 0 : records(answer.authority(), true);
        int additional = truncated ? 0 : records(answer.additional(), false);
        if (query.edns()) {
            option(answer.code());
        }
        byte[] message = out.toByteArray();
        int flags = Dns.RESPONSE
                | query.flags() & (Dns.OPCODE | Dns.RECURSION_DESIRED)
                | Dns.RECURSION_AVAILABLE
                | (answer.authoritative() ? Dns.AUTHORITATIVE : 0)
                | (truncated ? Dns.TRUNCATED : 0)
                | answer.code() & 0x0f;
        int[] header = {
            query.id(),
            flags,
            query.question().length > 0 ? 1 : 0,
            answers,
            authority,
            additional + (query.edns() ? 1 : 0)
        };
        for (int i = 0; i < header.length; i++) {
            message[2 * i] = (byte) (header[i] >>> 8);
            message[2 * i + 1] = (byte) header[i];
        }
        return message;
    }

    /** The question's name lies right behind the header, so answers point to it. */
    private void rememberQuestion(String name) {
        int offset = Dns.HEADER_BYTES;
        String rest = name;
        while (!rest.isEmpty()) {
            offsets.put(rest, offset);
            int dot = rest.indexOf('.');
            offset += 1 + (dot < 0 ? rest.length() : dot);
            rest = dot < 0 ? "" : rest.substring(dot + 1);
        }
    }

    private int records(List<ResourceRecord> records, boolean needed) {
        int written = 0;
        for (ResourceRecord record : records) {
            byte[] before = out.toByteArray();
            Map<String, Integer> offsetsBefore = Map.copyOf(offsets);
            record(record);
            if (out.size() > limitBytes) {
                out.reset();
                out.writeBytes(before);
                offsets.clear();
                offsets.putAll(offsetsBefore);
                truncated |= needed;
                return written;
            }
            written++;
        }
        return written;
    }

    private void record(ResourceRecord record) {
        name(record.name());
        shortInt(record.type());
        shortInt(Dns.CLASS_IN);
        longInt(record.timeToLiveSeconds());
        DnsWriter data = new DnsWriter(limitBytes);
        data.data(record.data());
        shortInt(data.out.size());
        out.writeBytes(data.out.toByteArray());
    }

    /** Names inside of data are written whole: RFC 2782 asks it for SRV, and it is always allowed. */
    private void data(ResourceRecord.Data data) {
        switch (data) {
            case ResourceRecord.Address(int address) -> longInt(address);
            case ResourceRecord.Address6(byte[] octets) -> out.writeBytes(octets);
            case ResourceRecord.CanonicalName(String target) -> wholeName(target);
            case ResourceRecord.Pointer(String target) -> wholeName(target);
            case ResourceRecord.ServiceLocation(int priority, int weight, int port, String target) -> {
                shortInt(priority);
                shortInt(weight);
                shortInt(port);
                wholeName(target);
            }
            case ResourceRecord.StartOfAuthority authority -> {
                wholeName(authority.server());
                wholeName(authority.mailbox());
                longInt(authority.serial());
                longInt(REFRESH_SECONDS);
                longInt(RETRY_SECONDS);
                longInt(EXPIRE_SECONDS);
                longInt(authority.minimumSeconds());
            }
        }
    }

    private void option(int code) {
        out.write(0);
        shortInt(Dns.TYPE_OPT);
        shortInt(Dns.LARGEST_UDP_BYTES);
        longInt((long) (code >>> 4) << 24); // the code's upper bits, version 0, no flags
        shortInt(0);
    }

    private void name(String name) {
        String rest = name;
        while (!rest.isEmpty()) {
            Integer known = offsets.get(rest);
            if (known != null) {
                shortInt(0xc000 | known);
                return;
            }
            if (out.size() <= LAST_POINTER) {
                offsets.put(rest, out.size());
            }
            int dot = rest.indexOf('.');
            label(dot < 0 ? rest : rest.substring(0, dot));
            rest = dot < 0 ? "" : rest.substring(dot + 1);
        }
        out.write(0);
    }

    private void wholeName(String name) {
        for (String label : name.isEmpty() ? new String[0] : name.split("\\.", -1)) {
            label(label);
        }
        out.write(0);
    }

    private void label(String label) {
        byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
        out.write(octets.length);
        out.writeBytes(octets);
    }

    private void shortInt(int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    private void longInt(long value) {
        shortInt((int) (value >>> 16) & 0xffff);
        shortInt((int) value & 0xffff);
    }
}
